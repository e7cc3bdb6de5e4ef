import Compression
import GatewayTesting
import HTTP
import Testing
import Transport

/// How answers are read, and how requests are written.
@Suite(.timeLimit(.minutes(1)))
struct ClientAnswerTests {
    private let fixture = ClientFixture()

    /// Answers one request with bytes, and closes.
    private func once(_ bytes: [UInt8]) async throws -> HTTPClientRequest {
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(bytes)
        }
        return try fixture.request(upstream.port)
    }

    private func once(_ text: String) async throws -> HTTPClientRequest {
        try await once(Array(text.utf8))
    }

    @Test(arguments: [
        answer("hello"), "HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nx-trailer: yes\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + answer("hello"),
    ])
    func `content is read to its end, however that is told`(text: String) async throws {
        let message = try await fixture.exchange(try await once(text))
        #expect(message.head.status == 200)
        #expect(message.text == "hello")
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", HTTPClientError.Kind.reset),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", .reset), ("HTTP/1.1 200 OK\r\ncontent-le", .reset),
        ("HTTP/1.1 100 Continue\r\n\r\n", .reset), ("nonsense\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", .malformed),
        ("HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\na", .malformed),
        ("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc", .malformed),
    ])
    func `a broken answer is an error`(text: String, kind: HTTPClientError.Kind) async throws {
        #expect(await fixture.failure(try await once(text)) == kind)
    }

    @Test(arguments: [CompressionFormat.gzip, .deflate, .raw])
    func `codings are undone`(format: CompressionFormat) async throws {
        var deflater = Deflater(format: format)
        let body = deflater.append(Array("hello hello hello".utf8)[...]) + deflater.finish()
        let name = format == .gzip ? "gzip" : "deflate"
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: \(name)\r\ncontent-length: \(body.count)\r\n\r\n"
        #expect(try await fixture.exchange(try await once(Array(head.utf8) + body)).text == "hello hello hello")
    }

    @Test(arguments: [true, false])
    func `more content than allowed is an error`(isCoded: Bool) async throws {
        let content = [UInt8](repeating: 0, count: 100_000)
        let body = isCoded ? gzip(content[...]) : content
        let coding = isCoded ? "content-encoding: gzip\r\n" : ""
        var request = try await once(Array("HTTP/1.1 200 OK\r\n\(coding)content-length: \(body.count)\r\n\r\n".utf8) + body)
        request.maximumBody = 99_999
        #expect(await fixture.failure(request) == .tooLarge)
    }

    @Test func `the answer to HEAD has no content to decode`() async throws {
        let fields = "content-encoding: gzip\r\ncontent-length: 50\r\n"
        let upstream = try await FakeUpstream(answering: "HTTP/1.1 200 OK\r\n\(fields)\r\n")
        for _ in 0..<2 { #expect(try await fixture.exchange(fixture.request(upstream.port, method: .head)).body.isEmpty) }
        #expect(await upstream.connections == 1)
    }

    @Test func `a request says what it must and what was asked`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            while true {
                let request = try await connection.readRequest()
                let head = request.head
                await connection.send(answer("\(head.method.rawValue) \(head.target)\n\(head.fields.lines)\(request.text)"))
            }
        }
        var request = try fixture.request(upstream.port, method: .post)
        request.fields.append("x-own", "1")
        let common = "host: 127.0.0.1:\(upstream.port)\nx-own: 1\naccept-encoding: gzip, deflate\nuser-agent: zoetrope\n"
        #expect(try await fixture.exchange(request).text == "POST /path?query\n\(common)content-length: 0\n")
        request.body = .pieces([ByteSource(Array("he".utf8)), ByteSource(Array("llo".utf8))])
        #expect(try await fixture.exchange(request).text == "POST /path?query\n\(common)content-length: 5\nhello")
        request.method = .get
        request.body = .none
        #expect(try await fixture.exchange(request).text == "GET /path?query\n\(common)")
    }

    @Test func `a large body of bytes and files arrives whole`() async throws {
        let file = try SpooledFile.temporary(in: "/tmp")
        try file.write([UInt8](repeating: 2, count: 1 << 20)[...], at: 0)
        let upstream = try await FakeUpstream { connection, _ in
            let request = try await connection.readRequest()
            await connection.send(answer("\(request.body.count) \(request.body.reduce(0) { $0 + Int($1) })"))
        }
        var request = try fixture.request(upstream.port, method: .post)
        let big = [UInt8](repeating: 1, count: 3 << 20)
        request.body = .pieces([ByteSource([1]), .file(file, 0..<1_000_000), ByteSource(big), ByteSource([1])])
        #expect(try await fixture.exchange(request).text == "\(1_000_002 + big.count) \(2_000_002 + big.count)")
    }
}

extension HTTPFields {
    /// The lines with plain line ends.
    fileprivate var lines: String {
        String(decoding: wireBytes.filter { $0 != 13 }, as: UTF8.self)
    }
}
