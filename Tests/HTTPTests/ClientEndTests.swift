import GatewayTesting
import HTTP
import Testing
import Transport

/// Requests that reach nobody, take too long or are given up.
@Suite(.timeLimit(.minutes(1)))
struct ClientEndTests {
    private let fixture = ClientFixture()

    /// Never answers; the gate tells that the client has closed.
    private func silent(_ begin: String = "", hasBegun: Gate = Gate(), isClosed: Gate = Gate()) async throws -> FakeUpstream {
        try await FakeUpstream { connection, _ in
            _ = try await connection.readRequest()
            await connection.send(begin)
            hasBegun.open()
            if await connection.closes() { isClosed.open() }
        }
    }

    @Test func `nobody listening is unreachable`() async throws {
        #expect(await fixture.failure(try fixture.request(1)) == .unreachable)
    }

    @Test func `a name without an address is unreachable`() async throws {
        #expect(await ClientFixture(known: ["nowhere": []]).failure(try fixture.request(1, host: "nowhere")) == .unreachable)
    }

    @Test func `all addresses of a name are tried`() async throws {
        let upstream = try await FakeUpstream(answering: answer("hello"))
        let two = ClientFixture(known: ["two.test": [[127, 0, 0, 2], [127, 0, 0, 1]]])
        #expect(try await two.exchange(fixture.request(upstream.port, host: "two.test")).text == "hello")
    }

    @Test func `a pinned address is connected to, and the name is said`() async throws {
        let upstream = try await FakeUpstream { connection, _ in
            let request = try await connection.readRequest()
            await connection.send(answer(request.head.fields[.host] ?? ""))
        }
        var request = try fixture.request(upstream.port, host: "pinned.invalid")
        request.pinnedAddress = [127, 0, 0, 1]
        #expect(try await fixture.exchange(request).text == "pinned.invalid:\(upstream.port)")
    }

    @Test func `an answer that does not come in time is timed out`() async throws {
        let isClosed = Gate()
        var request = try fixture.request(try await silent(isClosed: isClosed).port)
        request.deadline = .now + .seconds(1)
        #expect(await fixture.failure(request) == .timedOut)
        await isClosed.wait()
    }

    @Test func `the deadline holds for the content, too`() async throws {
        let isClosed = Gate()
        let upstream = try await silent("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", isClosed: isClosed)
        var request = try fixture.request(upstream.port)
        request.deadline = .now + .seconds(1)
        let response = try await fixture.client.send(request).get()
        await #expect(throws: HTTPClientError(.timedOut, "no answer in time")) {
            _ = try await HTTPBody.stream(response.body, length: nil).collect()
        }
    }

    @Test func `cancelling before the answer closes the connection`() async throws {
        let (hasBegun, isClosed) = (Gate(), Gate())
        let request = try fixture.request(try await silent(hasBegun: hasBegun, isClosed: isClosed).port)
        let fixture = fixture
        let task = Task { await fixture.failure(request) }
        await hasBegun.wait()
        task.cancel()
        #expect(await task.value == .cancelled)
        await isClosed.wait()
    }

    @Test func `cancelling in the content closes the connection`() async throws {
        let (isReading, isClosed) = (Gate(), Gate())
        let upstream = try await silent("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", isClosed: isClosed)
        let response = try await fixture.client.send(fixture.request(upstream.port)).get()
        let task = Task {
            do {
                while try await response.body.next() != nil { isReading.open() }
                return HTTPClientError.Kind?.none
            } catch { return (error as? HTTPClientError)?.kind }
        }
        await isReading.wait()
        task.cancel()
        #expect(await task.value == .cancelled)
        await isClosed.wait()
    }

    @Test func `a request of a cancelled task is not sent`() async throws {
        let upstream = try await silent()
        let (fixture, request) = (fixture, try fixture.request(upstream.port))
        let task = Task {
            await Gate().wait()
            return await fixture.failure(request)
        }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func `a handshake that is not answered is unreachable after the connect timeout`() async throws {
        let upstream = try await FakeUpstream { connection, _ in _ = await connection.closes() }
        var request = try fixture.request(upstream.port, host: "localhost", scheme: .https)
        request.tls = try ServerCertificates.client()
        request.pinnedAddress = [127, 0, 0, 1]
        request.connectTimeout = .milliseconds(100)
        #expect(await fixture.failure(request) == .unreachable)
    }

    @Test func `cancelling a handshake ends it at once`() async throws {
        let (hasBegun, isClosed) = (Gate(), Gate())
        let upstream = try await FakeUpstream { connection, _ in
            _ = try await connection.read()
            hasBegun.open()
            if await connection.closes() { isClosed.open() }
        }
        var request = try fixture.request(upstream.port, scheme: .https)
        request.tls = try ServerCertificates.client()
        request.connectTimeout = .seconds(3600)
        request.deadline = .now + .seconds(3600)
        let (fixture, sent) = (fixture, request)
        let task = Task { await fixture.failure(sent) }
        await hasBegun.wait()
        task.cancel()
        #expect(await task.value == .cancelled)
        await isClosed.wait()
    }
}
