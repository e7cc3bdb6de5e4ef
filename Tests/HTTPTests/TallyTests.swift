import GatewayTesting
import HTTP
import Testing
import Transport

/// What metrics are told of connections and bytes.
@Suite(.timeLimit(.minutes(1)))
struct TallyTests {
    @Test func `connections of a client are counted as they are made, kept and used again`() async throws {
        let upstream = try await FakeUpstream(answering: answer("hello"))
        let (fixture, tally) = (ClientFixture(), ConnectionTally())
        var request = try fixture.request(upstream.port)
        request.tally = tally
        for _ in 0..<3 { _ = try await fixture.exchange(request) }
        var counts = tally.counts
        #expect([counts.opened, counts.open, counts.reused, counts.idle] == [1, 1, 2, 1])
        #expect(counts.receivedBytes == 3 * answer("hello").utf8.count)
        let before = counts.sentBytes
        #expect(before > 0)
        request.body = HTTPBody([UInt8](repeating: 1, count: 100_000))
        request.method = .post
        _ = try await fixture.exchange(request)
        counts = tally.counts
        #expect(counts.sentBytes > before + 100_000)
        #expect(counts.sentBytes < before + 101_000)
    }

    @Test func `a connection that closes is neither open nor idle`() async throws {
        let isDone = Gate()
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(answer(""))
            await isDone.wait()
        }
        let (fixture, tally) = (ClientFixture(), ConnectionTally())
        var request = try fixture.request(upstream.port)
        request.tally = tally
        _ = try await fixture.exchange(request)
        #expect(tally.counts.idle == 1)
        isDone.open()
        #expect(await eventually { tally.counts.open == 0 })
        #expect([tally.counts.opened, tally.counts.closed, tally.counts.idle] == [1, 1, 0])
    }

    @Test func `what a client keeps is closed with the client`() async throws {
        let upstream = try await FakeUpstream(answering: answer(""))
        let tally = ConnectionTally()
        do {
            let fixture = ClientFixture()
            var request = try fixture.request(upstream.port)
            request.tally = tally
            _ = try await fixture.exchange(request)
            #expect(tally.counts.idle == 1)
        }
        #expect(await eventually { tally.counts.open == 0 && tally.counts.idle == 0 })
    }

    @Test func `a server tells its connections and those it had no room for`() async throws {
        let server = try await TestServer(HTTPServerSettings(maximumConnections: 1)) { _ in .text("") }
        let client = try await server.connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        _ = try await client.readResponse()
        #expect(server.server.connections == ServerConnections(open: 1, accepted: 1, refused: 0))
        let other = try await server.connect()
        #expect(try await other.readResponse().head.status == 503)
        #expect(server.server.connections == ServerConnections(open: 1, accepted: 1, refused: 1))
    }

    @Test(arguments: [
        "content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    ])
    func `a request's body is counted without its framing`(rest: String) async throws {
        let told = AsyncStream.makeStream(of: Int.self)
        let server = try await TestServer { request in
            _ = try? await request.body.collect()
            var response = HTTPResponse.text("")
            response.onEnd = { told.continuation.yield($0.receivedBytes) }
            return response
        }
        let client = try await server.connect()
        for _ in 0..<2 { await client.send("POST / HTTP/1.1\r\nhost: test\r\n" + rest) }
        await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        var counts = told.stream.makeAsyncIterator()
        for expected in [5, 5, 0] { #expect(await counts.next() == expected) }
    }
}
