@testable import HTTP

extension Corpus {
    private static let small = HTTPLimits(requestLine: 32, head: 96, fieldCount: 3, chunkLine: 8, trailers: 24, body: 10)

    private static func limited(_ name: String, _ text: String, _ expected: Transcript, _ why: String) -> ConformanceCase {
        ConformanceCase(name, text, expected, why).limited(small)
    }

    private static func get(_ name: String, filling count: Int, _ expected: Transcript) -> ConformanceCase {
        let path = "/" + String(repeating: "p", count: count - "GET / HTTP/1.1\r\n".utf8.count)
        return limited(name, "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", expected, "the limit of a request line; RFC 9112 §3")
    }

    private static func head(_ name: String, filling count: Int, _ expected: Transcript) -> ConformanceCase {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let value = String(repeating: "v", count: count - start.utf8.count - 4)
        return limited(name, "\(start)\(value)\r\n\r\n", expected, "the limit of a head; RFC 6585 §5")
    }

    private static func chunked(_ name: String, _ body: String, _ expected: Transcript, _ why: String) -> ConformanceCase {
        var expected = expected
        expected.events.insert("POST / chunked", at: 0)
        return limited(name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body, expected, why)
    }

    private static let longest = "/" + String(repeating: "p", count: 16)

    static let limits: [ConformanceCase] = [
        get("a request line at its limit", filling: 32, .accepted("GET \(longest) none", "end")),
        get("a request line one byte over its limit", filling: 33, .refused(.requestLineTooLong)),
        get("a request line far over its limit", filling: 320, .refused(.requestLineTooLong)),
        limited(
            "a request line that does not end", String(repeating: "A", count: 40), .refused(.requestLineTooLong),
            "the limit of a request line; RFC 9110 §15.5.15"),
        limited(
            "a control byte behind the limit of the request line", String(repeating: "A", count: 40) + "\0", .refused(.requestLineTooLong),
            "the limit comes first; RFC 9110 §15.5.15"),
        limited(
            "a control byte before the limit of the request line", "A\0" + String(repeating: "A", count: 40), .refused(.requestLine),
            "the limit comes second; RFC 9110 §15.5.15"),
        head("a head at its limit", filling: 96, .accepted("GET / none", "end")),
        head("a head one byte over its limit", filling: 97, .refused(.headTooLarge)),
        head("a head far over its limit", filling: 960, .refused(.headTooLarge)),
        limited(
            "a field that does not end", "GET / HTTP/1.1\r\nX: " + String(repeating: "v", count: 100), .refused(.headTooLarge),
            "the limit of a head; RFC 6585 §5"),
        limited(
            "three fields", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n", .accepted("GET / none", "end"),
            "the limit of fields; RFC 6585 §5"),
        limited(
            "a field too many", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\nX: 3\r\n\r\n", .refused(.headTooLarge),
            "the limit of fields; RFC 6585 §5"),
        limited(
            "a length at the limit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
            .accepted("POST / length 10", "body 0123456789", "end"), "the limit of content; RFC 9110 §15.5.14"),
        limited(
            "a length over the limit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n0123456789a", .refused(.bodyTooLarge),
            "the limit of content; RFC 9110 §15.5.14"),
        limited(
            "the largest length there is", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
            .refused(.bodyTooLarge), "the limit of content; RFC 9110 §15.5.14"),
        chunked(
            "chunks at the limit", "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", .accepted("body helloworld", "end"),
            "the limit of content; RFC 9110 §15.5.14"),
        chunked(
            "a chunk over the limit", "b\r\nhello world\r\n0\r\n\r\n", .refused(.bodyTooLarge), "the limit of content; RFC 9110 §15.5.14"),
        chunked(
            "chunks together over the limit", "5\r\nhello\r\n6\r\nworld!\r\n0\r\n\r\n", .refused(.bodyTooLarge, after: "body hello"),
            "the limit of content; RFC 9110 §15.5.14"),
        chunked("the largest chunk there is", "7fffff\r\n", .refused(.bodyTooLarge), "the limit of content; RFC 9110 §15.5.14"),
        chunked(
            "a chunk line at its limit", "1;abcd\r\nx\r\n0\r\n\r\n", .accepted("body x", "end"),
            "the limit of a chunk line; RFC 9112 §7.1.1"),
        chunked("a chunk line over its limit", "1;abcde\r\nx\r\n0\r\n\r\n", .refused(.chunk), "the limit of a chunk line; RFC 9112 §7.1.1"),
        chunked("a chunk line that does not end", "1;abcdeabcdeabcde", .refused(.chunk), "the limit of a chunk line; RFC 9112 §7.1.1"),
        chunked("a size of too many zeros", "000000000", .refused(.chunk), "the limit of a chunk line; RFC 9112 §7.1.1"),
        chunked(
            "extensions at their limit", String(repeating: "1;abc\r\nx\r\n", count: 8) + "0\r\n\r\n", .accepted("body xxxxxxxx", "end"),
            "the limit of chunk extensions; RFC 9112 §7.1.1"),
        chunked(
            "extensions over their limit", String(repeating: "1;abc\r\nx\r\n", count: 9) + "0\r\n\r\n",
            .refused(.chunk, after: "body xxxxxxxx"), "the limit of chunk extensions; RFC 9112 §7.1.1"),
        chunked(
            "trailers at their limit", "0\r\nX: 0123456789abcdefg\r\n\r\n", .accepted("end X=0123456789abcdefg"),
            "the limit of trailers; RFC 6585 §5"),
        chunked(
            "trailers over their limit", "0\r\nX: 0123456789abcdefgh\r\n\r\n", .refused(.headTooLarge), "the limit of trailers; RFC 6585 §5"
        ),
        chunked("a trailer too many", "0\r\na:1\r\nb:1\r\nc:1\r\nd:1\r\n\r\n", .refused(.headTooLarge), "the limit of fields; RFC 6585 §5"),
        limited(
            "content until the close at the limit", "HTTP/1.1 200 OK\r\n\r\n0123456789",
            .accepted("200 until close", "body 0123456789", "end"), "the limit of content; RFC 9112 §6.3"
        ).answering(.get),
        limited(
            "content until the close over the limit", "HTTP/1.1 200 OK\r\n\r\n0123456789a",
            .refused(.bodyTooLarge, after: "200 until close", "body 0123456789"), "the limit of content; RFC 9112 §6.3"
        ).answering(.get),
        limited(
            "a long length that answers HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", .accepted("200 none", "end"),
            "the limit of content does not count without content; RFC 9110 §9.3.2"
        ).answering(.head),
        limited(
            "a status line that does not end", "HTTP/1.1 200 " + String(repeating: "O", count: 40), .refused(.headTooLarge),
            "the limit of a status line; RFC 9112 §4"
        ).answering(.get),
    ]

    private static let first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"

    static let pipelining: [ConformanceCase] = [
        .init(
            "two requests", first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET /1 none", "end", "GET /2 none", "end"),
            "RFC 9112 §9.3.2"),
        .init(
            "a request behind content", "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            .accepted("POST /1 length 2", "body hi", "end", "GET /2 none", "end"), "RFC 9112 §9.3.2"),
        .init(
            "a request behind chunks",
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            .accepted("POST /1 chunked", "body hi", "end", "GET /2 none", "end"), "RFC 9112 §9.3.2"),
        .init(
            "a request behind trailers",
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n" + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            .accepted("POST /1 chunked", "end X=1", "GET /2 none", "end"), "RFC 9112 §9.3.2"),
        .init(
            "chunks behind chunks",
            String(repeating: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", count: 2),
            .accepted("POST / chunked", "body x", "end", "POST / chunked", "body x", "end"), "RFC 9112 §9.3.2"),
        .init(
            "three requests of three kinds",
            first + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" + "HEAD /3 HTTP/1.0\r\n\r\n",
            .accepted("GET /1 none", "end", "POST /2 length 1", "body x", "end", "HEAD /3 none", "end"), "RFC 9112 §9.3.2"),
        .init(
            "an empty line between requests", first + "\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
            .accepted("GET /1 none", "end", "GET /2 none", "end"), "RFC 9112 §2.2"),
        .init(
            "an empty line behind content", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n",
            .accepted("POST / length 1", "body x", "end"), "RFC 9112 §2.2"),
        .init(
            "too many empty lines between requests", first + "\r\n\r\n\r\n\r\n\r\n", .refused(.requestLine, after: "GET /1 none", "end"),
            "RFC 9112 §2.2"),
        .init(
            "a bad request behind a good one", first + "GET /2 HTTP/1.1\r\n\r\n", .refused(.host, after: "GET /1 none", "end"),
            "RFC 9112 §3.2"),
        .init("nothing is read behind a bad request", "GET /1 HTTP/1.1\r\n\r\n" + first, .refused(.host), "RFC 9112 §9.6"),
        .init("a request cut behind a good one", first + "GET /2", .refused(.truncated, after: "GET /1 none", "end"), "RFC 9112 §8"),
        .init(
            "Connection: close does not concern the parser", "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + first,
            .accepted("GET /1 none", "end", "GET /1 none", "end"), "RFC 9112 §9.6: the connection's matter"),
        .init(
            "an Upgrade is a field like others", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            .accepted("GET / none", "end"), "RFC 9110 §7.8: may be ignored"),
        .init(
            "a request hidden in content",
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 31\r\n\r\nGET /hidden HTTP/1.1\r\nHost: b\r\n" + first,
            .accepted("POST /1 length 31", "body GET /hidden HTTP/1.1\r\nHost: b\r\n", "end", "GET /1 none", "end"), "RFC 9112 §6.2"),
    ]
}
