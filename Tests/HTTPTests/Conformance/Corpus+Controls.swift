@testable import HTTP

extension Corpus {
    /// What must pass.
    static let controls: [ConformanceCase] = [
        .init("a plain GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §3"),
        .init(
            "a GET with a query", "GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET /a/b?c=d&e none", "end"), "RFC 9112 §3.2.1"),
        .init("a GET with an empty query", "GET /? HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET /? none", "end"), "RFC 3986 §3.4"),
        .init("HEAD", "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("HEAD /x none", "end"), "RFC 9110 §9.3.2"),
        .init("OPTIONS of a path", "OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("OPTIONS /x none", "end"), "RFC 9110 §9.3.7"),
        .init("OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("OPTIONS * none", "end"), "RFC 9112 §3.2.4"),
        .init("DELETE", "DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("DELETE /x none", "end"), "RFC 9110 §9.3.5"),
        .init(
            "an unknown method that is a token", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("M-SEARCH / none", "end"),
            "RFC 9110 §9.1"),
        .init(
            "a method of odd token characters", "!#$%&'*+.^_`|~9 / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("!#$%&'*+.^_`|~9 / none", "end"),
            "RFC 9110 §5.6.2"),
        .init(
            "a method in lower case is another method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("get / none", "end"), "RFC 9110 §9.1"
        ),
        .init(
            "CONNECT to an authority", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .accepted("CONNECT a:443 none", "end"),
            "RFC 9112 §3.2.3"),
        .init(
            "a POST with a length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            .accepted("POST / length 5", "body hello", "end"), "RFC 9112 §6.2"),
        .init(
            "a POST of length 0", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", .accepted("POST / length 0", "end"),
            "RFC 9112 §6.2"),
        .init("a POST without a body", "POST / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("POST / none", "end"), "RFC 9112 §6.3"),
        .init(
            "a length with leading zeros", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello",
            .accepted("POST / length 5", "body hello", "end"), "RFC 9110 §8.6"),
        .init(
            "a GET with content", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", .accepted("GET / length 2", "body hi", "end"),
            "RFC 9110 §9.3.1"),
        .init(
            "content of line ends and NUL", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n\r\n\r\n\0\n",
            .accepted("PUT / length 6", "body \r\n\r\n\0\n", "end"), "RFC 9112 §6"),
        .init("HTTP/1.0 with Host", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §2.3"),
        .init("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §3.2"),
        .init(
            "HTTP/1.0 with a length", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", .accepted("POST / length 2", "body hi", "end"),
            "RFC 9112 §6.2"),
        .init("a later minor version is 1.1", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §2.5"),
        .init("one empty line before a request", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §2.2"),
        .init(
            "four empty lines before a request", "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .accepted("GET / none", "end"),
            "RFC 9112 §2.2"),
        .init("only empty lines", "\r\n\r\n", .accepted(), "RFC 9112 §2.2"),
        .init("nothing at all", "", .accepted(), "RFC 9112 §8"),
        .init("a field without white space", "GET / HTTP/1.1\r\nHost:a\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §5"),
        .init("a field with much white space", "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §5.1"),
        .init("an empty field value", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §5.5"),
        .init(
            "a value of white space only", "GET / HTTP/1.1\r\nHost: a\r\nX: \t \r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §5.5"),
        .init("a value with a tab inside", "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §5.5"),
        .init(
            "a value with many tabs", "GET / HTTP/1.1\r\nHost: a\r\nX: \t\t\t\ta\t\t\t\t\t\tb\r\n\r\n", .accepted("GET / none", "end"),
            "RFC 9110 §5.5"),
        .init(
            "obs-text in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{80}\u{e9}\u{ff}\r\n\r\n", .accepted("GET / none", "end"),
            "RFC 9110 §5.5"),
        .init("colons in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: :a:b:\r\n\r\n", .accepted("GET / none", "end"), "RFC 9112 §5"),
        .init(
            "a name of odd token characters", "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~: 1\r\n\r\n", .accepted("GET / none", "end"),
            "RFC 9110 §5.6.2"),
        .init(
            "a name in odd case", "GET / HTTP/1.1\r\nhOsT: a\r\ncOnTeNt-LeNgTh: 1\r\n\r\nx", .accepted("GET / length 1", "body x", "end"),
            "RFC 9110 §5.1"),
        .init("a field twice", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n", .accepted("GET / none", "end"), "RFC 9110 §5.3"),
        .init(
            "Expect", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
            .accepted("POST / length 1", "body x", "end"), "RFC 9110 §10.1.1"),
        .init(
            "chunked content", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            .accepted("POST / chunked", "body hello", "end"), "RFC 9112 §7.1"),
        .init(
            "the coding's name in odd case", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ChUnKeD\r\n\r\n0\r\n\r\n",
            .accepted("POST / chunked", "end"), "RFC 9112 §7"),
        .init(
            "white space around the coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \t chunked \t\r\n\r\n0\r\n\r\n",
            .accepted("POST / chunked", "end"), "RFC 9112 §5.1"),
        .init(
            "TE beside a plain body", "POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nContent-Length: 1\r\n\r\nx",
            .accepted("POST / length 1", "body x", "end"), "RFC 9110 §10.1.4"),
        .init(
            "a head of 600 bytes",
            "POST /v1/images/generations HTTP/1.1\r\nHost: gateway.example:8080\r\nUser-Agent: \(String(repeating: "u", count: 480))\r\nContent-Length: 1\r\n\r\nx",
            .accepted("POST /v1/images/generations length 1", "body x", "end"), "RFC 9112 §3"),
    ]
}
