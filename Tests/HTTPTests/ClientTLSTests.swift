import GatewayTesting
import HTTP
import Synchronization
import Testing
import Transport

/// TLS towards upstreams, and proxies.
@Suite(.timeLimit(.minutes(1)))
struct ClientTLSTests {
    private let fixture = ClientFixture(known: ["localhost": [[127, 0, 0, 1]], "other.test": [[127, 0, 0, 1]]])

    private func secure() async throws -> FakeUpstream {
        try await FakeUpstream(answering: answer("secret"), tls: try ServerCertificates.server())
    }

    private func request(_ port: Int, host: String = "localhost", _ tls: TLSContext) throws -> HTTPClientRequest {
        var request = try fixture.request(port, host: host, scheme: .https)
        request.tls = tls
        return request
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a certificate of a trusted authority is accepted, and its connection kept`(host: String) async throws {
        let upstream = try await secure()
        let request = try request(upstream.port, host: host, ServerCertificates.client())
        for _ in 0..<2 { #expect(try await fixture.exchange(request).text == "secret") }
        #expect(await upstream.connections == 1)
    }

    @Test func `a certificate of another authority is refused`() async throws {
        let request = try request(try await secure().port, ServerCertificates.strangerClient())
        #expect(await fixture.failure(request) == .unreachable)
    }

    @Test func `a certificate with another name is refused`() async throws {
        let request = try request(try await secure().port, host: "other.test", ServerCertificates.client())
        #expect(await fixture.failure(request) == .unreachable)
    }

    @Test func `connections of other trust are not shared`() async throws {
        let upstream = try await secure()
        _ = try await fixture.exchange(request(upstream.port, ServerCertificates.client()))
        #expect(await fixture.failure(try request(upstream.port, ServerCertificates.strangerClient())) == .unreachable)
    }

    @Test func `a second connection resumes the first one's session`() async throws {
        let (upstream, trust) = (try await secure(), try ServerCertificates.client())
        for isResumed in [false, true] {
            let connection = try await RawConnection.connect(to: upstream.address, tls: trust)
            await connection.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            #expect(try await connection.read(through: "secret").hasSuffix("secret"))
            #expect(await connection.isResumed == isResumed)
            await connection.close()
        }
    }

    @Test func `the system's authorities are read for the first connection`() async throws {
        let port = try await secure().port
        let trust = try ServerCertificates.systemClient()
        #expect(try await fixture.exchange(request(port, trust)).text == "secret")
    }

    @Test func `https without TLS settings is unreachable`() async throws {
        #expect(await fixture.failure(try fixture.request(try await secure().port, host: "localhost", scheme: .https)) == .unreachable)
    }

    @Test func `https goes through a proxy's tunnel`() async throws {
        let upstream = try await secure()
        let proxy = try await TunnelProxy()
        var request = try request(upstream.port, ServerCertificates.client())
        request.proxy = try HTTPURL(parsing: "http://127.0.0.1:\(proxy.port)")
        for _ in 0..<2 { #expect(try await fixture.exchange(request).text == "secret") }
        #expect(proxy.targets == ["localhost:\(upstream.port)"])
        request.proxy = nil
        #expect(try await fixture.exchange(request).text == "secret")
        #expect(await upstream.connections == 2)
    }

    @Test(arguments: [
        "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 502 No\r\n\r\n", "", "no\r\n\r\n",
    ])
    func `a proxy that opens no tunnel makes the upstream unreachable`(text: String) async throws {
        let proxy = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequestHead()
            await connection.send(text)
        }
        var request = try request(1, ServerCertificates.client())
        request.proxy = try HTTPURL(parsing: "http://127.0.0.1:\(proxy.port)")
        #expect(await fixture.failure(request) == .unreachable)
    }

    @Test func `http goes to a proxy with the whole address`() async throws {
        let lines = Mutex<[String]>([])
        let proxy = try await FakeUpstream { connection, _ in
            let text = try await connection.read(through: "\r\n\r\n")
            lines.withLock { $0 += text.split(separator: "\r\n").prefix(2).map(String.init) }
            await connection.send(answer("proxied"))
        }
        var request = try fixture.request(8080, host: "plain.invalid")
        request.proxy = try HTTPURL(parsing: "http://127.0.0.1:\(proxy.port)")
        #expect(try await fixture.exchange(request).text == "proxied")
        #expect(lines.withLock { $0 } == ["GET http://plain.invalid:8080/path?query HTTP/1.1", "host: plain.invalid:8080"])
    }
}

/// Opens tunnels to ports of the loopback address.
private final class TunnelProxy: Sendable {
    private let upstream: FakeUpstream
    private let seen: Targets

    private final class Targets: Sendable {
        let list = Mutex<[String]>([])
    }

    init() async throws {
        let seen = Targets()
        self.seen = seen
        upstream = try await FakeUpstream { near, _ in
            let target = try await near.readRequestHead().target
            seen.list.withLock { $0.append(target) }
            let port = target.split(separator: ":").last.flatMap { Int($0) } ?? 0
            let far = try await RawConnection.connect(to: try loopback(port: port))
            await near.send("HTTP/1.1 200 Connection established\r\n\r\n")
            await withTaskGroup { group in
                group.addTask { await Self.pass(from: near, to: far) }
                group.addTask { await Self.pass(from: far, to: near) }
            }
        }
    }

    var port: Int { upstream.port }
    var targets: [String] { seen.list.withLock { $0 } }

    private static func pass(from: RawConnection, to: RawConnection) async {
        while let bytes = try? await from.read() { await to.send(Array(bytes)) }
        await to.endWriting()
    }
}
