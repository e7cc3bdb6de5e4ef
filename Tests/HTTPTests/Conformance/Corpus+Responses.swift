@testable import HTTP

extension Corpus {
    private static func answer(
        _ name: String, _ text: String, _ expected: Transcript, _ why: String, to methods: HTTPMethod...
    ) -> ConformanceCase {
        var test = ConformanceCase(name, text, expected, why).answering(.get)
        if !methods.isEmpty { test.methods = methods }
        return test
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

    static let responses: [ConformanceCase] = [
        answer("a response with a length", ok, .accepted("200 length 2", "body hi", "end"), "RFC 9112 §6.2"),
        answer("a response of length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .accepted("200 length 0", "end"), "RFC 9112 §6.2"),
        answer(
            "a chunked response", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
            .accepted("200 chunked", "body hi", "end"), "RFC 9112 §7.1"),
        answer(
            "a chunked response with trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n",
            .accepted("200 chunked", "end X=1"), "RFC 9112 §7.1.2"),
        answer(
            "a response until the close", "HTTP/1.1 200 OK\r\n\r\nhi", .accepted("200 until close", "body hi", "end"),
            "RFC 9112 §6.3, rule 8"),
        answer(
            "an empty response until the close", "HTTP/1.1 200 OK\r\n\r\n", .accepted("200 until close", "end"), "RFC 9112 §6.3, rule 8"),
        answer(
            "a response of HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhi", .accepted("200 until close", "body hi", "end"), "RFC 9112 §6.3, rule 8"),
        answer("an empty reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", .accepted("200 length 0", "end"), "RFC 9112 §4"),
        answer(
            "no reason and no space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .accepted("200 length 0", "end"),
            "RFC 9112 §4: often sent so"),
        answer(
            "obs-text in a reason", "HTTP/1.1 404 Introuvabl\u{e9}\tici\r\nContent-Length: 0\r\n\r\n", .accepted("404 length 0", "end"),
            "RFC 9112 §4"),
        answer("a status of our time", "HTTP/1.1 599 x\r\nContent-Length: 0\r\n\r\n", .accepted("599 length 0", "end"), "RFC 9110 §15"),
        answer("a 204", "HTTP/1.1 204 No Content\r\n\r\n", .accepted("204 none", "end"), "RFC 9112 §6.3, rule 1"),
        answer(
            "a 204 that names a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", .accepted("204 none", "end"),
            "RFC 9112 §6.3, rule 1"),
        answer(
            "a 204 that names chunked", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", .accepted("204 none", "end"),
            "RFC 9112 §6.3, rule 1"),
        answer(
            "a 304 that names a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", .accepted("304 none", "end"),
            "RFC 9112 §6.3, rule 1"),
        answer(
            "an answer to HEAD with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .accepted("200 none", "end"),
            "RFC 9112 §6.3, rule 1", to: .head),
        answer(
            "an answer to HEAD that names chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .accepted("200 none", "end"),
            "RFC 9112 §6.3, rule 1", to: .head),
        answer(
            "an answer to HEAD without framing", "HTTP/1.1 200 OK\r\n\r\n", .accepted("200 none", "end"), "RFC 9112 §6.3, rule 1", to: .head
        ),
        answer(
            "an answer to CONNECT", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .accepted("200 none", "end"), "RFC 9112 §6.3, rule 2",
            to: .connect),
        answer(
            "a refused CONNECT", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", .accepted("403 length 2", "body no", "end"),
            "RFC 9112 §6.3, rule 2", to: .connect),
        answer(
            "a 100 before the answer", "HTTP/1.1 100 Continue\r\n\r\n" + ok, .accepted("100 none", "200 length 2", "body hi", "end"),
            "RFC 9110 §15.2"),
        answer(
            "a 103 with fields before the answer", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok,
            .accepted("103 none", "200 length 2", "body hi", "end"), "RFC 8297 §2"),
        answer(
            "many interim answers", String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 5) + ok,
            .accepted("102 none", "102 none", "102 none", "102 none", "102 none", "200 length 2", "body hi", "end"), "RFC 9110 §15.2"),
        answer(
            "an interim answer to HEAD", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            .accepted("100 none", "200 none", "end"), "RFC 9112 §6.3, rule 1", to: .head),
        answer(
            "two answers in order", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + ok,
            .accepted("200 none", "end", "200 length 2", "body hi", "end"), "RFC 9112 §9.3.2", to: .head, .get),
        answer("a close before any answer", "", .accepted(), "RFC 9112 §9.5: the caller sees that nothing came"),
    ]

    private static func faulty(_ name: String, _ text: String, _ kind: HTTPParseError.Kind, _ why: String) -> ConformanceCase {
        answer(name, text, .refused(kind), why)
    }

    private static func status(_ name: String, _ line: String, _ kind: HTTPParseError.Kind = .statusLine, _ why: String = "RFC 9112 §4")
        -> ConformanceCase
    {
        faulty(name, line + "\r\nContent-Length: 0\r\n\r\n", kind, why)
    }

    private static func framed(_ name: String, _ fields: String, _ kind: HTTPParseError.Kind, _ why: String) -> ConformanceCase {
        faulty(name, "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nhello", kind, why)
    }

    static let faultyResponses: [ConformanceCase] = [
        status("a status of two digits", "HTTP/1.1 20 OK"), status("a status of four digits", "HTTP/1.1 2000 OK"),
        status("a status of letters", "HTTP/1.1 abc OK"), status("a status with a sign", "HTTP/1.1 +20 OK"),
        status("no status", "HTTP/1.1 OK"), status("a status below 100", "HTTP/1.1 099 x"), status("a status of zeros", "HTTP/1.1 000 x"),
        status("a status of 600", "HTTP/1.1 600 x", .statusLine, "RFC 9110 §15: 100 to 599"),
        status("two spaces before the status", "HTTP/1.1  200 OK"), status("a tab before the status", "HTTP/1.1\t200 OK"),
        status("a tab behind the status", "HTTP/1.1 200\tOK"), status("a dot behind the status", "HTTP/1.1 200.1 OK"),
        status("only the version", "HTTP/1.1"), status("NUL in the reason", "HTTP/1.1 200 O\0K"),
        status("DEL in the reason", "HTTP/1.1 200 \u{7f}"),
        status("a bare CR in the reason", "HTTP/1.1 200 O\rK", .statusLine, "RFC 9112 §2.2"),
        status("a bare LF in the reason", "HTTP/1.1 200 O\nK", .statusLine, "RFC 9112 §2.2"),
        status("another protocol answers", "ICY 200 OK stream"), status("a space before the answer", " HTTP/1.1 200 OK"),
        status("the protocol of the answer in lower case", "http/1.1 200 OK"),
        status("the protocol of the answer misspelt", "HTTQ/1.1 200 OK", .version, "RFC 9112 §2.3"),
        status("an answer of HTTP/2.0", "HTTP/2.0 200 OK", .unsupportedVersion, "RFC 9110 §2.5"),
        status("an answer of HTTP/2", "HTTP/2 200 OK here"),
        status("a switch of protocols", "HTTP/1.1 101 Switching Protocols", .unexpectedResponse, "RFC 9110 §15.2.2: nobody asked"),
        faulty("an empty line before an answer", "\r\n" + ok, .statusLine, "RFC 9112 §2.2: only servers pass over empty lines"),
        faulty("an answer that is no HTTP", "{\"error\": \"no\"}", .statusLine, "RFC 9112 §4"),
        faulty("an answer cut in its status line", "HTTP/1.1 2", .truncated, "RFC 9112 §8"),
        faulty("an answer cut in its fields", "HTTP/1.1 200 OK\r\nX: 1\r\n", .truncated, "RFC 9112 §8"),
        framed(
            "an answer with a length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", .transferEncoding, "RFC 9112 §6.1"),
        framed("an answer with two lengths that differ", "Content-Length: 5\r\nContent-Length: 6", .contentLength, "RFC 9112 §6.3, rule 5"),
        framed("an answer with two equal lengths", "Content-Length: 5\r\nContent-Length: 5", .contentLength, "RFC 9112 §6.3, rule 5"),
        framed("an answer with a length of words", "Content-Length: five", .contentLength, "RFC 9110 §8.6"),
        framed("an answer with a negative length", "Content-Length: -1", .contentLength, "RFC 9110 §8.6"),
        framed("an answer in gzip as transfer coding", "Transfer-Encoding: gzip, chunked", .unsupportedCoding, "RFC 9112 §6.1"),
        framed("an answer with an unknown coding", "Transfer-Encoding: xchunked", .unsupportedCoding, "RFC 9112 §6.1"),
        framed("an answer with chunked first", "Transfer-Encoding: chunked, gzip", .transferEncoding, "RFC 9112 §6.1"),
        framed("an answer with a folded field", "X: a\r\n b", .field, "RFC 9112 §5.2"),
        framed("an answer with a space before a colon", "X : a", .field, "RFC 9112 §5.1"),
        framed("an answer with NUL in a value", "X: \0", .field, "RFC 9110 §5.5"),
        framed("an answer with a bare LF in a field", "X: a\nY: b", .field, "RFC 9112 §2.2"),
        faulty(
            "chunked in an answer of HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncoding,
            "RFC 9112 §6.1"),
        answer(
            "an answer shorter than its length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
            .refused(.truncated, after: "200 length 9", "body hello"), "RFC 9112 §8"),
        answer(
            "an answer cut in its chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            .refused(.truncated, after: "200 chunked", "body hello"), "RFC 9112 §8"),
        answer(
            "a bad chunk of an answer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
            .refused(.chunk, after: "200 chunked"), "RFC 9112 §7.1"),
        answer(
            "an answer nobody asked for", ok + ok, .refused(.unexpectedResponse, after: "200 length 2", "body hi", "end"), "RFC 9112 §9.2"),
        answer(
            "a byte behind an answer", ok + "\n", .refused(.unexpectedResponse, after: "200 length 2", "body hi", "end"), "RFC 9112 §9.2"),
        answer(
            "content behind an answer to HEAD", ok, .refused(.unexpectedResponse, after: "200 none", "end"), "RFC 9112 §6.3, rule 1",
            to: .head),
        answer(
            "content behind a 204", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi",
            .refused(.unexpectedResponse, after: "204 none", "end"), "RFC 9112 §6.3, rule 1"),
        answer("a close behind an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", .refused(.truncated, after: "100 none"), "RFC 9112 §8"),
        answer(
            "an empty line behind an interim answer", "HTTP/1.1 100 Continue\r\n\r\n\r\n" + ok, .refused(.statusLine, after: "100 none"),
            "RFC 9112 §4"),
    ]
}
