@testable import HTTP

extension Corpus {
    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func post(
        _ name: String, _ fields: String, _ kind: HTTPParseError.Kind, _ why: String, version: String = "1.1",
        body: String = "5\r\nhello\r\n0\r\n\r\n"
    ) -> ConformanceCase {
        ConformanceCase(name, "POST / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\r\n\(body)\(smuggled)", .refused(kind), why)
    }

    private static func length(_ name: String, _ value: String, _ why: String = "RFC 9110 §8.6: digits only") -> ConformanceCase {
        post(name, "Content-Length: \(value)", .contentLength, why, body: "hello")
    }

    static let framing: [ConformanceCase] = [
        length("a length with a plus sign", "+5"), length("a length with a minus sign", "-5"), length("a length of minus zero", "-0"),
        length("a hexadecimal length", "0x5"), length("a length in hexadecimal digits", "a"), length("a length with a fraction", "5.0"),
        length("a length with an exponent", "5e0"), length("a length with a space inside", "5 5"),
        length("a length with a tab inside", "5\t5"),
        length("a length with an underscore", "1_0"), length("an empty length", ""), length("a length in words", "five"),
        length("a length in quotes", "\"5\""), length("a length with a semicolon", "5;"), length("a length with a letter behind", "5b"),
        length("a length in other digits", "\u{b2}"), length("a length behind a no-break space", "\u{a0}5"),
        length("a length list of equals", "5, 5", "RFC 9112 §6.3, rule 5: refused, as it may be"),
        length("a length list that differs", "5, 6", "RFC 9112 §6.3, rule 5"),
        length("a length list without spaces", "5,5", "RFC 9112 §6.3, rule 5"),
        length("a length with a comma behind", "5,", "RFC 9112 §6.3, rule 5"),
        length("a length with a comma before", ",5", "RFC 9112 §6.3, rule 5"),
        length("a length beyond 64 bits", "18446744073709551621", "RFC 9110 §8.6: overflow must be anticipated"),
        length("a length beyond 63 bits", "9223372036854775808", "RFC 9110 §8.6: overflow must be anticipated"),
        length("a length of many digits", String(repeating: "9", count: 200), "RFC 9110 §8.6: overflow must be anticipated"),
        post("two lengths that differ", "Content-Length: 5\r\nContent-Length: 6", .contentLength, "RFC 9112 §6.3, rule 5"),
        post("two equal lengths", "Content-Length: 5\r\nContent-Length: 5", .contentLength, "RFC 9112 §6.3, rule 5"),
        post("two lengths in other case", "Content-Length: 5\r\nCONTENT-LENGTH: 0", .contentLength, "RFC 9112 §6.3, rule 5"),
        post("two lengths, one empty", "Content-Length: 5\r\nContent-Length:", .contentLength, "RFC 9112 §6.3, rule 5"),
        post("a length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", .transferEncoding, "RFC 9112 §6.1"),
        post("chunked and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5", .transferEncoding, "RFC 9112 §6.1"),
        post("chunked and a length of 0", "Transfer-Encoding: chunked\r\nContent-Length: 0", .transferEncoding, "RFC 9112 §6.1"),
        post("chunked and an invalid length", "Transfer-Encoding: chunked\r\nContent-Length: x", .contentLength, "RFC 9112 §6.1"),
        post("chunked in HTTP/1.0", "Transfer-Encoding: chunked", .transferEncoding, "RFC 9112 §6.1", version: "1.0"),
        post(
            "chunked and a length in HTTP/1.0", "Transfer-Encoding: chunked\r\nContent-Length: 5", .transferEncoding, "RFC 9112 §6.1",
            version: "1.0"),
        .init(
            "content shorter than its length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello",
            .refused(.truncated, after: "POST / length 9", "body hello"), "RFC 9112 §8"),
        .init(
            "content that never comes", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
            .refused(.truncated, after: "POST / length 9"), "RFC 9112 §8"),
        .init(
            "content longer than its length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi{",
            .refused(.requestLine, after: "POST / length 2", "body hi", "end"), "RFC 9112 §6.2: what follows is the next request"),
        .init(
            "content without framing", "POST / HTTP/1.1\r\nHost: a\r\n\r\n{\"a\":1}", .refused(.requestLine, after: "POST / none", "end"),
            "RFC 9112 §6.3: no framing, no content"),
        .init(
            "a length named by another field", "POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\n\r\n", .accepted("POST / none", "end"),
            "RFC 9110 §5.1: another name"),
        .init(
            "a coding named by another field", "POST / HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n",
            .accepted("POST / none", "end"), "RFC 9110 §5.1: another name"),
    ]

    private static func coding(_ name: String, _ value: String, _ kind: HTTPParseError.Kind, _ why: String) -> ConformanceCase {
        post(name, "Transfer-Encoding: \(value)", kind, why)
    }

    static let codings: [ConformanceCase] = [
        coding("a coding that begins with x", "xchunked", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("a coding that ends with x", "chunkedx", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("gzip alone", "gzip", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("gzip, then chunked", "gzip, chunked", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("identity", "identity", .unsupportedCoding, "RFC 9112 §7: no longer a coding"),
        coding("identity, then chunked", "identity, chunked", .unsupportedCoding, "RFC 9112 §7: no longer a coding"),
        coding("a coding in brackets of words", "chunk", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("cow", "cow", .unsupportedCoding, "RFC 9112 §6.1: 501"),
        coding("chunked, then gzip", "chunked, gzip", .transferEncoding, "RFC 9112 §6.1: chunked comes last"),
        coding("chunked, then identity", "chunked, identity", .transferEncoding, "RFC 9112 §6.1: chunked comes last"),
        coding("chunked twice", "chunked, chunked", .transferEncoding, "RFC 9112 §6.1: chunked once"),
        coding("chunked twice without a space", "chunked,chunked", .transferEncoding, "RFC 9112 §6.1: chunked once"),
        coding("no coding", "", .transferEncoding, "RFC 9112 §6.1"),
        coding("a comma alone", ",", .transferEncoding, "RFC 9112 §6.1"),
        coding("a comma before chunked", ",chunked", .transferEncoding, "RFC 9110 §5.6.1: senders make no empty members"),
        coding("a comma behind chunked", "chunked,", .transferEncoding, "RFC 9110 §5.6.1: senders make no empty members"),
        coding("chunked in quotes", "\"chunked\"", .transferEncoding, "RFC 9112 §7"),
        coding("chunked in single quotes", "'chunked'", .unsupportedCoding, "RFC 9112 §7"),
        coding("chunked with a parameter", "chunked;q=1", .transferEncoding, "RFC 9112 §7.1: chunked has no parameters"),
        coding("chunked with a semicolon", "chunked;", .transferEncoding, "RFC 9112 §7.1: chunked has no parameters"),
        coding("chunked and a word", "chunked x", .transferEncoding, "RFC 9112 §7"),
        coding("a space inside chunked", "chun ked", .transferEncoding, "RFC 9112 §7"),
        coding("a colon before chunked", ": chunked", .transferEncoding, "RFC 9112 §7"),
        coding("brackets around chunked", "[chunked]", .transferEncoding, "RFC 9112 §7"),
        coding("a no-break space before chunked", "\u{a0}chunked", .transferEncoding, "RFC 9110 §5.6.3: no white space"),
        coding("a byte above ASCII behind chunked", "chunked\u{ff}", .transferEncoding, "RFC 9112 §7"),
        coding("a vertical tab before chunked", "\u{0B}chunked", .field, "RFC 9110 §5.5"),
        coding("a form feed behind chunked", "chunked\u{0C}", .field, "RFC 9110 §5.5"),
        coding("NUL behind chunked", "chunked\0", .field, "RFC 9110 §5.5"),
        coding("a bare CR before chunked", "\rchunked", .field, "RFC 9112 §2.2"),
        coding("a bare LF before chunked", "\nchunked", .field, "RFC 9112 §2.2"),
        post(
            "two lines of chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .transferEncoding,
            "RFC 9112 §6.1: chunked once"),
        post(
            "a line of chunked and one of identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .transferEncoding,
            "RFC 9112 §6.1: chunked comes last"),
        post(
            "a line of identity and one of chunked", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", .unsupportedCoding,
            "RFC 9112 §6.1: 501"),
        post(
            "a line of chunked and an empty one", "Transfer-Encoding: chunked\r\nTransfer-Encoding:", .transferEncoding, "RFC 9110 §5.6.1"),
        post("an unknown coding and a length", "Transfer-Encoding: xchunked\r\nContent-Length: 5", .unsupportedCoding, "RFC 9112 §6.1"),
    ]
}
