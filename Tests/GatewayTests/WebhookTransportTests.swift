import GatewayTesting
import HTTP
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct WebhookTransportTests {
    private let loop = EventLoop.testClients

    private func post(port: Int, at addresses: [IPAddress], within limit: Duration = .seconds(10)) async throws
        -> Result<WebhookAnswer, FetchTransportError>
    {
        let url = try HTTPURL(parsing: "http://hooks.test:\(port)/a?b=c")
        let client = HTTPClient(loop, resolver: Resolver())
        let transport = HTTPClientWebhookTransport(tls: nil, now: { 0 }, client: { client })
        return await loop.spawn {
            await transport.post(
                url, at: addresses, fields: [.contentType: "application/json"], body: Array("{}".utf8), deadline: .now + limit)
        }.value
    }

    @Test func `an event goes to the pinned address under the name of its URL`() async throws {
        let upstream = try await FakeUpstream(answering: "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
        let answer = try await post(port: upstream.port, at: [.v4(0x7F00_0001)]).get()
        #expect(answer == WebhookAnswer(status: 503, retryAfter: .seconds(7)))
    }

    @Test func `the next address is asked when one cannot be reached`() async throws {
        let upstream = try await FakeUpstream(answering: "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try await post(port: upstream.port, at: [.v6(1), .v4(0x7F00_0001)]).get().status == 204)
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let upstream = try await FakeUpstream(answering: "HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        #expect(try await post(port: upstream.port, at: [.v4(0x7F00_0001)]).get().status == 307)
        #expect(await upstream.connections == 1)
    }

    @Test func `an endless answer is not read`() async throws {
        let upstream = try await FakeUpstream(answering: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        #expect(try await post(port: upstream.port, at: [.v4(0x7F00_0001)]).get().status == 200)
    }

    @Test func `silence ends with the deadline`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            _ = try await connection.readRequest()
        }
        let result = try await post(port: upstream.port, at: [.v4(0x7F00_0001)], within: .milliseconds(50))
        guard case .failure(let error) = result else { return #expect(Bool(false), "there was an answer") }
        #expect(error.kind == .timedOut)
    }
}
