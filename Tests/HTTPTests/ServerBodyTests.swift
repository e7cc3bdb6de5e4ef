import Compression
import GatewayTesting
import HTTP
import Synchronization
import Testing
import Transport

/// Bodies of requests and answers: streams, files, codings, and who waits for whom.
@Suite(.timeLimit(.minutes(1)))
struct ServerBodyTests {
    /// Says `count` pieces of 64 KiB.
    private func pieces(_ count: Int) -> ClosureBody {
        let rest = Mutex(count)
        return ClosureBody {
            let isOver = rest.withLock { rest in
                rest -= 1
                return rest < 0
            }
            return isOver ? nil : [UInt8](repeating: 7, count: 64 << 10)[...]
        }
    }

    private let get = "GET / HTTP/1.1\r\nhost: test\r\n\r\n"

    @Test(arguments: [nil, 640 << 10])
    func `a stream arrives whole, with and without a length`(length: Int?) async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 200, body: .stream(pieces(10), length: length)) }
        let client = try await server.connect()
        for _ in 0..<2 {
            await client.send(get)
            let answer = try await client.readResponse()
            #expect(answer.body.count == 640 << 10)
            #expect(answer.head.fields[.transferEncoding] == (length == nil ? "chunked" : nil))
            #expect(answer.head.fields[.contentLength] == length.map(String.init))
        }
    }

    @Test func `HTTP 1.0 reads a stream without a length up to the close`() async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 200, body: .stream(pieces(2), length: nil)) }
        let client = try await server.connect()
        await client.send("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        let answer = try await client.readResponse()
        #expect(answer.head.fields[.connection] == "close")
        #expect(answer.body.count == 128 << 10)
    }

    @Test(arguments: [10, (192 << 10) + 1])
    func `a stream that is not as long as it said ends the connection`(length: Int) async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 200, body: .stream(pieces(3), length: length)) }
        let client = try await server.connect()
        await client.send(get + get)
        let text = await client.readToEnd()
        #expect(text.split(separator: "HTTP/1.1 200").count == 1)
        #expect(text.utf8.count < 400 << 10)
    }

    @Test func `a stream that fails is cut off`() async throws {
        let server = try await TestServer { _ in
            HTTPResponse(status: 200, body: .stream(ClosureBody { throw CancellationError() }, length: nil))
        }
        let client = try await server.connect()
        await client.send(get)
        #expect(await client.readToEnd().hasSuffix("\r\n\r\n"))
    }

    @Test func `bytes and files are sent in order`() async throws {
        let file = try SpooledFile.temporary(in: "/tmp")
        try file.write([UInt8](repeating: 2, count: 1 << 20)[...], at: 0)
        let big = ByteSource([UInt8](repeating: 3, count: 300_000))
        let body = HTTPBody.pieces([ByteSource([1]), .file(file, 5..<1_000_005), ByteSource([]), big, ByteSource([4])])
        let server = try await TestServer { _ in HTTPResponse(status: 200, body: body) }
        let client = try await server.connect()
        await client.send(get + get)
        let expected = [1] + [UInt8](repeating: 2, count: 1_000_000) + [UInt8](repeating: 3, count: 300_000) + [4]
        for _ in 0..<2 { #expect(try await client.readResponse().body == expected) }
    }

    @Test func `JSON above one KiB is compressed for who accepts it`() async throws {
        let json = Array("{\"text\":\"\(String(repeating: "a", count: 2000))\"}".utf8)
        let server = try await TestServer { request in
            let body = request.head.path == "/short" ? Array("{}".utf8) : json
            return HTTPResponse(status: 200, fields: [.contentType: "application/json"], body: HTTPBody(body))
        }
        let client = try await server.connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\naccept-encoding: gzip\r\n\r\n")
        let coded = try await client.readResponse()
        #expect(coded.head.fields[.contentEncoding] == "gzip")
        #expect(coded.head.fields[.vary] == "accept-encoding")
        var inflater = Inflater(format: .gzip, maximumOutput: 10_000)
        #expect(try inflater.append(coded.body[...]) == json)
        await client.send(get)
        let plain = try await client.readResponse()
        #expect(plain.body == json)
        #expect(plain.head.fields[.vary] == "accept-encoding")
        await client.send("GET /short HTTP/1.1\r\nhost: test\r\naccept-encoding: gzip\r\n\r\n")
        #expect(try await client.readResponse().head.fields[.contentEncoding] == nil)
    }

    @Test(arguments: [(1000, "1000"), (5 << 20, "tooLarge")])
    func `a compressed request body is read within a limit`(size: Int, answer: String) async throws {
        let server = try await TestServer { request in
            guard case .stream(let stream, _) = request.body,
                let decoded = DecodedBodyStream.request(stream, request.head.fields, maximum: 1 << 20)
            else { return HTTPResponse(status: 415) }
            do { return .text(String(try await HTTPBody.stream(decoded, length: nil).collect().count)) } catch {
                return .text("\((error as? HTTPClientError)?.kind, default: "?")")
            }
        }
        let client = try await server.connect()
        let body = gzip([UInt8](repeating: 0, count: size)[...])
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-encoding: gzip\r\ncontent-length: \(body.count)\r\n\r\n")
        await client.send(body)
        #expect(try await client.readResponse().text == answer)
    }

    @Test(arguments: [true, false])
    func `a body stays at its end`(comesWithHead: Bool) async throws {
        let server = try await TestServer { request in
            guard case .stream(let stream, _) = request.body else { return .text("none") }
            var lengths: [Int] = []
            for _ in 0..<3 { lengths.append((try? await stream.next()?.count) ?? 0) }
            return .text("\(lengths)")
        }
        let client = try await server.connect()
        for _ in 0..<2 {
            let head = "POST / HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
            await client.send(comesWithHead ? head + "ab" : head)
            if !comesWithHead {
                #expect(try await client.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                await client.send("ab")
            }
            #expect(try await client.readResponse().text == "[2, 0, 0]")
        }
    }

    @Test func `a handler that does not read stops the upload`() async throws {
        let gate = Gate()
        let server = try await TestServer { request in
            await gate.wait()
            return .text(String((try? await request.body.collect().count) ?? -1))
        }
        let client = try await server.connect()
        let size = 32 << 20
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(size)\r\n\r\n")
        await client.send([UInt8](repeating: 0, count: size))
        #expect(await !client.flush(within: .milliseconds(300)))
        #expect(await client.unsentCount > 16 << 20)
    }

    @Test func `an upload that waited goes on`() async throws {
        let gate = Gate()
        let server = try await TestServer { request in
            await gate.wait()
            return .text(String((try? await request.body.collect().count) ?? -1))
        }
        let client = try await server.connect()
        let size = 16 << 20
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(size)\r\n\r\n")
        await client.send([UInt8](repeating: 0, count: size))
        gate.open()
        #expect(try await client.readResponse().text == String(size))
    }

    @Test func `a client that does not read stops the stream, and is dropped below the minimum rate`() async throws {
        let deliveries = Mutex<[HTTPDelivery]>([])
        let rate = MinimumRate(grace: .milliseconds(300), bytesPerSecond: 1 << 30)
        let server = try await TestServer(HTTPServerSettings(rate: rate)) { _ in
            var response = HTTPResponse(status: 200, body: .stream(pieces(1024), length: nil))
            response.onEnd = { delivery in deliveries.withLock { $0.append(delivery) } }
            return response
        }
        let client = try await server.connect()
        await client.send(get)
        #expect(await eventually { deliveries.withLock { !$0.isEmpty } })
        let delivery = try #require(deliveries.withLock { $0.first })
        #expect(!delivery.isComplete)
        #expect(delivery.bodyBytes < 32 << 20)
        await client.close()
    }

    @Test func `an early answer to a large upload reaches the client`() async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 413) }
        let client = try await server.connect()
        let size = 16 << 20
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(size)\r\n\r\n")
        await client.send([UInt8](repeating: 0, count: size))
        #expect(await client.flush())
        let answer = try await client.readResponse()
        #expect(answer.head.status == 413)
        #expect(answer.head.fields[.connection] == "close")
    }

    @Test func `an early answer does not wait for the rest of a small upload`() async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 401) }
        let client = try await server.connect()
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n12345")
        let answer = try await client.readResponse()
        #expect(answer.head.status == 401)
        #expect(answer.head.fields[.connection] == nil)
        await client.send("67890" + get)
        #expect(try await client.readResponse().head.status == 401)
    }

    @Test func `the rest of a chunked upload is not waited for`() async throws {
        let server = try await TestServer { _ in HTTPResponse(status: 401) }
        let client = try await server.connect()
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n")
        #expect(try await client.readResponse().head.fields[.connection] == "close")
    }
}
