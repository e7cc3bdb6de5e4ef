import GatewayTesting
import HTTP
import Testing
import Transport

/// Which requests share a connection.
@Suite(.timeLimit(.minutes(1)))
struct ClientPoolTests {
    @Test func `a second request takes the first one's connection`() async throws {
        let upstream = try await FakeUpstream(answering: answer("hello"))
        let fixture = ClientFixture()
        for _ in 0..<3 { #expect(try await fixture.exchange(fixture.request(upstream.port)).text == "hello") }
        #expect(await upstream.connections == 1)
        #expect(await fixture.client.idleConnections == 1)
    }

    @Test func `a fresh connection is made where it is asked for`() async throws {
        let upstream = try await FakeUpstream(answering: answer(""))
        let fixture = ClientFixture()
        var request = try fixture.request(upstream.port)
        _ = try await fixture.exchange(request)
        request.freshConnection = true
        _ = try await fixture.exchange(request)
        #expect(await upstream.connections == 2)
    }

    @Test(arguments: [
        answer("", fields: "connection: close\r\n"), "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", answer("") + "unasked",
    ])
    func `what cannot be used again is not kept`(text: String) async throws {
        let upstream = try await FakeUpstream(answering: text)
        let fixture = ClientFixture()
        for _ in 0..<2 { _ = try await fixture.exchange(fixture.request(upstream.port)) }
        #expect(await upstream.connections == 2)
    }

    @Test func `an answer dropped before its end closes the connection`() async throws {
        let isClosed = Gate()
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345")
            if await connection.closes() { isClosed.open() }
        }
        let fixture = ClientFixture()
        do {
            let response = try await fixture.client.send(fixture.request(upstream.port)).get()
            #expect(response.head.status == 200)
        }
        await isClosed.wait()
        #expect(await fixture.client.idleConnections == 0)
    }

    @Test func `a kept connection that answers no more is stale, and a fresh one works`() async throws {
        let upstream = try await FakeUpstream { connection, number in
            _ = try await connection.readRequest()
            await connection.send(answer("\(number)"))
            _ = try await connection.readRequest()
        }
        // However slow the machine is.
        let fixture = ClientFixture(limits: PoolLimits(staleTime: .seconds(60)))
        var request = try fixture.request(upstream.port)
        #expect(try await fixture.exchange(request).text == "1")
        #expect(await fixture.failure(request) == .stale)
        request.freshConnection = true
        #expect(try await fixture.exchange(request).text == "2")
    }

    @Test func `a kept connection that closes later than an idle one would is reset: the upstream may have been at work`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(answer(""))
            _ = try await connection.readRequest()
        }
        let fixture = ClientFixture(limits: PoolLimits(staleTime: .zero))
        let request = try fixture.request(upstream.port, method: .post)
        _ = try await fixture.exchange(request)
        #expect(await fixture.failure(request) == .reset)
        #expect(await upstream.connections == 1)
    }

    @Test func `a kept connection that closes while the request goes out is stale, however long that takes`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(answer(""))
            _ = try await connection.readRequestHead()
        }
        let fixture = ClientFixture(limits: PoolLimits(staleTime: .zero))
        var request = try fixture.request(upstream.port, method: .post)
        _ = try await fixture.exchange(request)
        request.body = HTTPBody([UInt8](repeating: 1, count: 32 << 20))
        #expect(await fixture.failure(request) == .stale)
        #expect(await upstream.connections == 1)
    }

    @Test func `a new connection that answers nothing is reset, not stale`() async throws {
        let upstream = try await FakeUpstream { connection, _ in _ = try await connection.readRequest() }
        let fixture = ClientFixture()
        #expect(await fixture.failure(try fixture.request(upstream.port)) == .reset)
    }

    @Test func `an idle connection that the upstream closes leaves the pool`() async throws {
        let isDone = Gate()
        let upstream = try await FakeUpstream { connection, number in
            _ = try await connection.readRequest()
            await connection.send(answer("\(number)"))
            await isDone.wait()
        }
        let fixture = ClientFixture()
        _ = try await fixture.exchange(fixture.request(upstream.port))
        #expect(await fixture.client.idleConnections == 1)
        isDone.open()
        #expect(await eventually { await fixture.client.idleConnections == 0 })
        #expect(try await fixture.exchange(fixture.request(upstream.port)).text == "2")
    }

    @Test func `an idle connection is closed after its time`() async throws {
        let isClosed = Gate()
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(answer(""))
            if await connection.closes() { isClosed.open() }
        }
        let fixture = ClientFixture(limits: PoolLimits(idleTime: .milliseconds(50)))
        _ = try await fixture.exchange(fixture.request(upstream.port))
        await isClosed.wait()
        #expect(await fixture.client.idleConnections == 0)
    }

    @Test(arguments: [PoolLimits(idlePerOrigin: 2, idle: 10), PoolLimits(idlePerOrigin: 10, idle: 2)])
    func `no more idle connections are kept than allowed`(limits: PoolLimits) async throws {
        let isFull = Gate()
        let upstream = try await FakeUpstream { connection, number in
            _ = try await connection.readRequest()
            if number == 5 { isFull.open() }
            await isFull.wait()
            await connection.send(answer(""))
            _ = try await connection.readRequest()
        }
        let fixture = ClientFixture(limits: limits)
        let request = try fixture.request(upstream.port)
        try await withThrowingTaskGroup { group in
            for _ in 0..<5 { group.addTask { _ = try await fixture.exchange(request) } }
            try await group.waitForAll()
        }
        #expect(await upstream.connections == 5)
        #expect(await fixture.client.idleConnections == 2)
    }

    @Test func `reading past an answer's end takes nothing from the next one`() async throws {
        let upstream = try await FakeUpstream(answering: answer("hello"))
        let fixture = ClientFixture()
        let first = try await fixture.client.send(fixture.request(upstream.port)).get()
        while try await first.body.next() != nil {}
        let second = try await fixture.client.send(fixture.request(upstream.port)).get()
        #expect(try await first.body.next() == nil)
        #expect(try await HTTPBody.stream(second.body, length: nil).collect() == Array("hello".utf8))
        #expect(await upstream.connections == 1)
    }
}
