import GatewayTesting
import HTTP
import Testing
import Transport

/// Answers that come while a large request is on its way.
@Suite(.timeLimit(.minutes(1)))
struct ClientUploadTests {
    private let fixture = ClientFixture()

    private func upload(to upstream: FakeUpstream) throws -> HTTPClientRequest {
        var request = try fixture.request(upstream.port, method: .post)
        let piece = [UInt8](repeating: 1, count: 8 << 20)
        request.body = .pieces([ByteSource(piece), ByteSource(piece)])
        return request
    }

    @Test func `an early answer is taken and the connection is not used again`() async throws {
        let isOver = Gate()
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequestHead()
            await connection.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\n\r\nlarge")
            await isOver.wait()
        }
        let message = try await fixture.exchange(upload(to: upstream))
        #expect(message.head.status == 413)
        #expect(message.text == "large")
        #expect(await fixture.client.idleConnections == 0)
        isOver.open()
    }

    @Test func `an early answer is taken although the upstream closes with bytes unread`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequestHead()
            await connection.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 5\r\nconnection: close\r\n\r\nlarge")
        }
        for _ in 0..<10 {
            let message = try await fixture.exchange(upload(to: upstream))
            #expect(message.head.status == 413)
            #expect(message.text == "large")
        }
    }

    @Test func `an interim answer does not stop the upload`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            await connection.send("HTTP/1.1 103 Early Hints\r\n\r\n")
            await connection.send(answer("\(try await connection.readRequest().body.count)"))
        }
        #expect(try await fixture.exchange(upload(to: upstream)).text == "\(16 << 20)")
    }

    @Test func `an upstream that does not read is timed out`() async throws {
        let isOver = Gate()
        let upstream = try await FakeUpstream { _, _ in await isOver.wait() }
        var request = try upload(to: upstream)
        request.deadline = .now + .seconds(2)
        #expect(await fixture.failure(request) == .timedOut)
        isOver.open()
    }
}
