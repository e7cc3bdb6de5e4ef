import Testing

@testable import HTTP

struct HTTP1ParserTests {
    private func parser(_ text: String, _ role: HTTP1Parser.Role = .requests, limits: HTTPLimits = HTTPLimits()) -> HTTP1Parser {
        var parser = HTTP1Parser(role, limits: limits)
        parser.append(Array(text.utf8)[...])
        return parser
    }

    private func head(_ text: String) throws -> HTTPRequestHead {
        var parser = parser(text)
        guard case .requestHead(let head, _) = try parser.next() else { throw HTTPParseError(.truncated, "no head") }
        return head
    }

    @Test func `a head tells method, target, version and fields`() throws {
        let head = try head("POST /a%20b?c=d?e HTTP/1.0\r\nHost:  Example.com:80 \r\nX-Y: \tz\t\r\n\r\n")
        #expect(head.method == .post)
        #expect(head.target == "/a%20b?c=d?e")
        #expect(head.path == "/a%20b")
        #expect(head.query == "c=d?e")
        #expect(head.version == .http1_0)
        #expect(head.authority == "Example.com:80")
        #expect(head.fields == ["host": "Example.com:80", "x-y": "z"])
    }

    @Test(arguments: [
        ("http://b:81/c?d", "b:81", "/c?d"), ("http://b", "b", "/"), ("HTTP://[::1]:9?q", "[::1]:9", "/?q"),
    ])
    func `an absolute-form target replaces the Host field`(target: String, authority: String, reduced: String) throws {
        let head = try head("GET \(target) HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n")
        #expect(head.authority == authority)
        #expect(head.fields.values(of: .host) == [authority])
        #expect(head.fields["x"] == "1")
        #expect(head.target == reduced)
    }

    @Test func `a target without a query has none, an empty query is one`() throws {
        #expect(try head("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").query == nil)
        #expect(try head("GET /a? HTTP/1.1\r\nHost: a\r\n\r\n").query == "")
    }

    @Test func `content is handed over without a copy`() throws {
        var parser = parser("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        _ = try parser.next()
        let bytes = [UInt8](repeating: 7, count: 100_000)
        parser.append(bytes[...])
        guard case .body(let piece) = try parser.next() else { return #expect(Bool(false), "no content") }
        let mine = piece.withUnsafeBufferPointer { $0.baseAddress }
        let given = bytes.withUnsafeBufferPointer { $0.baseAddress }
        #expect(mine == given)
        #expect(try parser.next() == .end(trailers: nil))
        #expect(parser.isIdle)
    }

    @Test(arguments: [
        ("Content-Length: 3\r\n\r\nabc", "abc"), ("Content-Length: 3\r\n\r\nabcGET /", "abc"), ("\r\n", ""),
        ("Content-Length: 0\r\n\r\n", ""),
        ("Content-Length: 3\r\n\r\nab", nil), ("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", nil),
    ])
    func `content that came with its head is taken at once`(rest: String, content: String?) throws {
        var parser = parser("POST / HTTP/1.1\r\nHost: a\r\n\(rest)")
        #expect(parser.takeContent() == nil)
        _ = try parser.next()
        #expect(parser.takeContent().map { String(decoding: $0, as: UTF8.self) } == content)
        guard content != nil else { return }
        parser.append(Array("GET /b HTTP/1.1\r\nHost: a\r\n\r\n".utf8.dropFirst(rest.hasSuffix("GET /") ? 5 : 0))[...])
        guard case .requestHead(let next, .none) = try parser.next() else { return #expect(Bool(false), "no second head") }
        #expect(next.target.hasSuffix("b"))
    }

    @Test func `a parser is idle between messages only`() throws {
        var requests = HTTP1Parser(.requests)
        #expect(requests.isIdle)
        requests.append(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\nG".utf8)[...])
        #expect(!requests.isIdle)
        _ = try requests.next()
        #expect(try requests.next() == .end(trailers: nil))
        #expect(!requests.isIdle)
        #expect(requests.takeBuffered() == [UInt8(ascii: "G")])
        #expect(requests.isIdle)

        var responses = HTTP1Parser(.responses)
        responses.expectResponse(to: .get)
        #expect(!responses.isIdle)
        responses.append(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)[...])
        _ = try responses.next()
        _ = try responses.next()
        #expect(responses.isIdle)
    }

    @Test func `an error is repeated, and nothing more is taken`() {
        var parser = parser("GET / HTTP/2.0\r\n")
        let expected = HTTPParseError(.unsupportedVersion, "only HTTP/1.0 and HTTP/1.1 are spoken")
        #expect(throws: expected) { try parser.next() }
        parser.append(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)[...])
        #expect(throws: expected) { try parser.next() }
        #expect(throws: expected) { try parser.finish() }
        #expect(!parser.isIdle)
    }

    @Test(arguments: [
        (HTTPParseError.Kind.requestLine, HTTPStatus(400)), (.statusLine, 400), (.target, 400), (.version, 400), (.host, 400),
        (.field, 400),
        (.contentLength, 400), (.transferEncoding, 400), (.chunk, 400), (.truncated, 400), (.unexpectedResponse, 400), (.bodyTooLarge, 413),
        (.requestLineTooLong, 414), (.headTooLarge, 431), (.unsupportedCoding, 501), (.unsupportedVersion, 505),
    ])
    func `each kind of error has its status`(kind: HTTPParseError.Kind, status: HTTPStatus) {
        #expect(HTTPParseError(kind, "").status == status)
    }

    @Test func `the usual limits bound a request line to 16 KiB and a head to 32`() {
        let long = String(repeating: "a", count: 16 << 10)
        var line = parser("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect { try line.next() } throws: { ($0 as? HTTPParseError)?.status == 414 }
        var head = parser("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\nY: \(long)\r\n\r\n")
        #expect { try head.next() } throws: { ($0 as? HTTPParseError)?.status == 431 }
        let many = String(repeating: "X: 1\r\n", count: 128)
        var fields = parser("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n")
        #expect { try fields.next() } throws: { ($0 as? HTTPParseError)?.status == 431 }
    }

    @Test func `a head that comes byte by byte costs no more than its length`() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "v", count: 30_000))\r\n\r\n".utf8)
        var parser = HTTP1Parser(.requests)
        for index in bytes.indices.dropLast() {
            parser.append(bytes[index...index])
            #expect(try parser.next() == .needsMore)
        }
        parser.append(bytes.suffix(1))
        guard case .requestHead(let head, .none) = try parser.next() else { return #expect(Bool(false), "no head") }
        #expect(head.fields["x"]?.utf8.count == 30_000)
    }
}
