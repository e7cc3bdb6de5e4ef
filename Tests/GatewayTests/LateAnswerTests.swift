import GatewayTesting
import HTTP
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct LateAnswerTests {
    let clock = ManualClock()
    let work = CountedWork()
    let loop = EventLoop.testServers

    func answer(
        silence: Duration?, fields: HTTPFields = [:], _ made: (@Sendable () async -> HTTPResponse)? = nil
    ) -> Task<HTTPResponse, Never> {
        loop.spawn { [clock, work, loop] in
            await LateAnswer.response(
                on: loop, silence: silence, fields: fields, now: { clock.now }, sleep: { try await clock.sleep(until: $0) },
                work: made ?? { await work.run() })
        }
    }

    /// What a stream gives next, as text.
    func next(_ response: HTTPResponse) async throws -> String? {
        guard case .stream(let stream, nil) = response.body else { throw Unexpected() }
        return try await stream.next().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [nil, .seconds(30)] as [Duration?])
    func `what is ready in time is answered as it is`(silence: Duration?) async throws {
        work.gate.open()
        let response = await answer(silence: silence, fields: ["x-early": "1"]).value
        #expect(response.fields["x-made-by"] == "1")
        #expect(!response.fields.contains("x-early"))
        #expect(try await response.body.collect() == Array("1".utf8))
        #expect(await eventually { clock.sleepers == 0 })
    }

    @Test func `after the silence spaces come until the answer does`() async throws {
        let task = answer(silence: .seconds(30), fields: ["x-early": "1"])
        #expect(await eventually { clock.sleepers == 1 })
        clock.advance(by: .seconds(30))
        let response = await task.value
        #expect(response.status == 200)
        #expect(response.fields[.contentType] == "application/json")
        #expect(response.fields[.cacheControl] == "no-store")
        #expect(response.fields["x-accel-buffering"] == "no")
        #expect(response.fields["x-early"] == "1")
        #expect(try await next(response) == " ")
        async let second = next(response)
        #expect(await eventually { clock.sleepers == 1 })
        clock.advance(by: .seconds(10))
        #expect(try await second == " ")
        async let third = next(response)
        #expect(await eventually { clock.sleepers == 1 })
        work.gate.open()
        #expect(try await third == "1")
        #expect(try await next(response) == nil)
        #expect(work.cancelled == 0)
    }

    @Test func `no silence at all begins at once`() async throws {
        let response = await answer(silence: .zero).value
        #expect(try await next(response) == " ")
        work.gate.open()
        #expect(try await next(response) == "1")
        #expect(try await next(response) == nil)
    }

    @Test func `an error that comes late is told by its body`() async throws {
        let response = await answer(silence: .zero) {
            HTTPResponse(status: 502, body: HTTPBody(Array("{\"error\":1}".utf8)))
        }.value
        #expect(response.status == 200)
        #expect(try await response.body.collect() == Array(" {\"error\":1}".utf8))
    }

    @Test func `pieces, files and streams are all sent`() async throws {
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = try SpooledFile.temporary(in: "/tmp")
        try file.write(bytes[...], at: 0)
        let pieces: [ByteSource] = [
            ByteSource([]), ByteSource(Array("[".utf8)), .file(file, 5..<5), .file(file, 5..<599_999), ByteSource(Array("]".utf8)),
        ]
        let response = await answer(silence: .zero) { HTTPResponse(status: 200, body: .pieces(pieces)) }.value
        let sent = try await response.body.collect()
        #expect(sent == Array(" [".utf8) + bytes[5..<599_999] + Array("]".utf8))

        let rest = Mutex(["a", "b"])
        let inner = ClosureBody { rest.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8)[...] } }
        let streamed = await answer(silence: .zero) { HTTPResponse(status: 200, body: .stream(inner, length: nil)) }.value
        #expect(try await streamed.body.collect() == Array(" ab".utf8))

        let empty = await answer(silence: .zero) { HTTPResponse(status: 204) }.value
        #expect(try await empty.body.collect() == Array(" ".utf8))
    }

    @Test func `a file that cannot be read breaks the answer off`() async throws {
        let file = try SpooledFile.temporary(in: "/tmp")
        let response = await answer(silence: .zero) { HTTPResponse(status: 200, body: .pieces([.file(file, 0..<10)])) }.value
        await #expect(throws: SystemError.self) { try await response.body.collect() }
    }

    @Test func `the work ends with a caller that goes away in the silence`() async {
        let task = answer(silence: .seconds(30))
        #expect(await eventually { work.started == 1 && clock.sleepers == 1 })
        task.cancel()
        #expect(await task.value.status == 503)
        #expect(work.cancelled == 1)
    }

    @Test func `the work ends with a stream that is dropped`() async {
        let (work, loop) = (work, loop)
        let status = await loop.spawn {
            await LateAnswer.response(on: loop, silence: .zero, work: { await work.run() }).status
        }.value
        #expect(status == 200)
        #expect(await eventually { work.cancelled == 1 })
    }

    @Test func `a client that leaves between two beats ends the work`() async throws {
        let (work, loop) = (work, loop)
        let server = try await TestServer(on: loop) { _ in
            await LateAnswer.response(on: loop, silence: .zero, work: { await work.run() })
        }
        let client = try await server.connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        let head = try await client.read(through: "1\r\n \r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 "))
        #expect(head.contains("x-accel-buffering: no\r\n"))
        await client.close()
        #expect(await eventually { work.cancelled == 1 })
    }

    @Test func `a late answer is one JSON text on the wire`() async throws {
        let (work, loop) = (work, loop)
        let server = try await TestServer(on: loop) { _ in
            await LateAnswer.response(on: loop, silence: .zero, beat: .milliseconds(1), work: { await work.run() })
        }
        let client = try await server.connect()
        await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\nGET / HTTP/1.1\r\nhost: test\r\n\r\n")
        async let first = client.readResponse()
        #expect(await eventually { work.started == 1 })
        work.gate.open()
        let text = try await first.text
        #expect(text.hasSuffix(" 1") && text.dropLast().allSatisfy { $0 == " " })
        #expect(try await client.readResponse().text.hasSuffix(" 2"))
    }
}
