import GatewayTesting
import Glibc
import HTTP
import Synchronization
import Testing
import Transport

/// How connections end: clients that leave, TLS, and a server that stops.
@Suite(.timeLimit(.minutes(1)))
struct ServerEndTests {
    private let get = "GET / HTTP/1.1\r\nhost: test\r\n\r\n"

    @Test func `the handler is cancelled when the client goes away`() async throws {
        let (isCancelled, hasBegun) = (Gate(), Gate())
        let server = try await TestServer { _ in
            hasBegun.open()
            if await !Gate().wait() { isCancelled.open() }
            return .text("nobody reads this")
        }
        let client = try await server.connect()
        await client.send(get)
        await hasBegun.wait()
        await client.close()
        #expect(await isCancelled.wait())
        #expect(await eventually { await server.server.openConnections() == 0 })
    }

    @Test func `a client that has only ended its side still gets an answer`() async throws {
        let server = try await TestServer { _ in
            try? await EventLoop.testServers.sleep(until: .now + .milliseconds(50))
            return .text("answer")
        }
        let client = try await server.connect()
        await client.send(get)
        await client.endWriting()
        #expect(try await client.readResponse().text == "answer")
        #expect(await client.closes())
    }

    @Test func `a client that ended its side counts as gone after a while`() async throws {
        let server = try await TestServer { _ in .text(await Gate().wait() ? "open" : "cancelled") }
        let client = try await server.connect()
        await client.send(get)
        await client.endWriting()
        #expect(try await client.readResponse().text == "cancelled")
    }

    @Test func `a body that is cut off is lost`() async throws {
        let errors = Mutex<[String]>([])
        let server = try await TestServer { request in
            do { _ = try await request.body.collect() } catch { errors.withLock { $0.append("\(error)") } }
            return .text("")
        }
        let client = try await server.connect()
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n12345")
        #expect(await client.flush())
        await client.close()
        #expect(await eventually { errors.withLock { $0.first?.contains("lost") == true } })
    }

    @Test func `TLS serves requests and agrees on http 1.1`() async throws {
        let settings = HTTPServerSettings(tls: try ServerCertificates.server())
        let server = try await TestServer(settings) { .text($0.isSecure ? "secure" : "plain") }
        let client = try await server.connect(tls: try ServerCertificates.client())
        await client.send(get + get)
        for _ in 0..<2 { #expect(try await client.readResponse().text == "secure") }
        #expect(await client.applicationProtocol == "http/1.1")
        #expect(await client.tlsVersion.map { ["TLSv1.2", "TLSv1.3"].contains($0) } == true)
    }

    @Test func `large bodies pass through TLS both ways`() async throws {
        let settings = HTTPServerSettings(tls: try ServerCertificates.server())
        let server = try await TestServer(settings) { HTTPResponse(status: 200, body: HTTPBody((try? await $0.body.collect()) ?? [])) }
        let client = try await server.connect(tls: try ServerCertificates.client())
        let body = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 / 251) }
        await client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.count)\r\n\r\n")
        await client.send(body)
        #expect(try await client.readResponse().body == body)
    }

    @Test func `a client without TLS is dropped by a TLS server`() async throws {
        let server = try await TestServer(HTTPServerSettings(tls: try ServerCertificates.server())) { _ in .text("") }
        let client = try await server.connect()
        await client.send(get)
        #expect(await !client.readToEnd().contains("HTTP/"))
    }

    @Test func `a handshake that does not come is given up`() async throws {
        let settings = HTTPServerSettings(headerTimeout: .milliseconds(50), tls: try ServerCertificates.server())
        let client = try await TestServer(settings) { _ in .text("") }.connect()
        #expect(await client.closes())
    }

    @Test func `a draining server closes idle connections and finishes running requests`() async throws {
        let (goOn, hasBegun) = (Gate(), Gate())
        let server = try await TestServer { request in
            guard request.head.path == "/slow" else { return .text("fast") }
            hasBegun.open()
            await goOn.wait()
            return .text("slow")
        }
        let (idle, busy) = (try await server.connect(), try await server.connect())
        await idle.send(get)
        _ = try await idle.readResponse()
        await busy.send("GET /slow HTTP/1.1\r\nhost: test\r\n\r\n")
        await hasBegun.wait()
        async let drained: Void = server.server.drain(deadline: .now + .seconds(20))
        #expect(await idle.closes())
        goOn.open()
        let answer = try await busy.readResponse()
        #expect(answer.text == "slow")
        #expect(answer.head.fields[.connection] == "close")
        #expect(await busy.closes())
        await drained
        #expect(await server.server.openConnections() == 0)
        await #expect(throws: ConnectionError.self) { _ = try await server.connect() }
    }

    @Test func `what has not finished at the drain's deadline is cut off`() async throws {
        let hasBegun = Gate()
        let server = try await TestServer { _ in
            hasBegun.open()
            await Gate().wait()
            return .text("late")
        }
        let client = try await server.connect()
        await client.send(get)
        await hasBegun.wait()
        await server.server.drain(deadline: .now + .milliseconds(50))
        #expect(await client.readToEnd() == "")
        #expect(await eventually { await server.server.openConnections() == 0 })
    }

    @Test func `a Unix socket is served like a port`() async throws {
        let path = "/tmp/zoetrope-test-\(randomBytes(8).map { String($0, radix: 16) }.joined())"
        let server = HTTPServer(loops: [.testServers, .testClients], settings: HTTPServerSettings())
        let address = try await server.listen(on: try #require(SocketAddress(unixPath: path)))
        await server.start { _ in ClosureHandler { .text($0.head.path) } }
        let client = try await RawConnection.connect(to: address)
        await client.send("GET /unix HTTP/1.1\r\nhost: test\r\n\r\n")
        #expect(try await client.readResponse().text == "/unix")
        await server.drain(deadline: .now + .seconds(5))
        unlink(path)
    }
}
