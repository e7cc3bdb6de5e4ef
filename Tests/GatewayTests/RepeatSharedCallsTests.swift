import GatewayTesting
import HTTP
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct RepeatSharedCallsTests {
    static let key = SharedCallKey(owner: "alice", fingerprint: "f")
    let clock = ManualClock()
    let work = CountedWork()
    let calls: SharedCalls

    init() {
        let clock = clock
        calls = SharedCalls(now: { clock.now }, sleep: { try await clock.sleep(until: $0) })
    }

    /// A caller on a loop of its own choice.
    func call(_ count: Int?, key: SharedCallKey? = key, on loop: EventLoop = .testServers) -> Task<HTTPResponse, Never> {
        loop.spawn { [calls, work] in
            await calls.answer(key, retryCount: count, on: loop) { await work.run() }
        }
    }

    func text(_ response: HTTPResponse) async throws -> String { String(decoding: try await response.body.collect(), as: UTF8.self) }

    @Test func `a repeat on another loop gets the very answer of the first`() async throws {
        let first = call(0)
        #expect(await eventually { work.started == 1 })
        let second = call(1, on: .testClients)
        #expect(await eventually { calls.waiterCount == 2 })
        first.cancel()
        #expect(await first.value.status == 499)
        work.gate.open()
        let answer = await second.value
        #expect(try await text(answer) == "1")
        #expect(answer.fields[.zoetropeJoined] == "true")
        #expect(answer.fields["x-made-by"] == "1")
        #expect(work.started == 1)
        #expect(work.cancelled == 0)
        let third = await call(2).value
        #expect(try await text(third) == "1")
        #expect(work.started == 1)
    }

    @Test func `the first itself is not told that it is joined`() async throws {
        work.gate.open()
        let answer = await call(0).value
        #expect(!answer.fields.contains(.zoetropeJoined))
        #expect(try await text(answer) == "1")
    }

    @Test func `calls that do not count are on their own, and end with their callers`() async {
        let tasks = [call(nil), call(nil), call(1, key: nil)]
        #expect(await eventually { work.started == 3 })
        #expect(calls.callCount == 0)
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value.status == 503) }
        #expect(work.cancelled == 3)
    }

    @Test func `equal first calls are different wishes`() async throws {
        work.gate.open()
        #expect(try await text(await call(0).value) == "1")
        #expect(try await text(await call(0).value) == "2")
        #expect(try await text(await call(1).value) == "2")
    }

    @Test func `a repeat of what is unknown starts the work, and the next joins it`() async throws {
        work.gate.open()
        let first = await call(1).value
        #expect(!first.fields.contains(.zoetropeJoined))
        #expect(await call(2).value.fields.contains(.zoetropeJoined))
        #expect(work.started == 1)
    }

    @Test func `work that nobody waits for is cancelled after the grace`() async {
        let first = call(0)
        #expect(await eventually { work.started == 1 })
        first.cancel()
        #expect(await first.value.status == 499)
        #expect(await eventually { clock.sleepers == 1 })
        clock.advance(by: .seconds(29))
        #expect(work.cancelled == 0)
        clock.advance(by: .seconds(1))
        #expect(await eventually { work.cancelled == 1 })
        #expect(await eventually { calls.callCount == 0 })
    }

    @Test func `work that somebody joined in time goes on`() async throws {
        let first = call(0)
        #expect(await eventually { work.started == 1 })
        first.cancel()
        _ = await first.value
        #expect(await eventually { clock.sleepers == 1 })
        let second = call(1, on: .testClients)
        #expect(await eventually { calls.waiterCount == 1 })
        clock.advance(by: .seconds(10))
        second.cancel()
        _ = await second.value
        #expect(await eventually { clock.sleepers == 2 })
        clock.advance(by: .seconds(20))
        #expect(await eventually { clock.sleepers == 1 })
        #expect(work.cancelled == 0)
        clock.advance(by: .seconds(10))
        #expect(await eventually { work.cancelled == 1 })
    }

    @Test func `an answer is dropped after its time although nobody comes`() async throws {
        work.gate.open()
        _ = await call(0).value
        #expect(calls.callCount == 1)
        #expect(calls.keptSize > 0)
        #expect(await eventually { clock.sleepers == 1 })
        clock.advance(by: .seconds(60))
        #expect(await eventually { calls.callCount == 0 && clock.sleepers == 0 })
        _ = await call(1).value
        #expect(work.started == 2)
        #expect(await eventually { clock.sleepers == 1 })
    }

    @Test func `a caller that is gone already gets an answer, and no work is started for it`() async {
        let gate = Gate()
        let task = EventLoop.testServers.spawn { [calls, work] in
            await gate.wait()
            return await calls.answer(Self.key, retryCount: 0, on: .testServers) { await work.run() }
        }
        task.cancel()
        #expect(await task.value.status == 499)
        #expect(work.started == 0)
    }

    @Test func `many callers on two loops, some of whom leave, share one work`() async throws {
        let first = call(0)
        #expect(await eventually { work.started == 1 })
        let others = (1...200).map { call($0, on: $0 % 2 == 0 ? .testServers : .testClients) }
        for (index, task) in others.enumerated() where index % 3 == 0 { task.cancel() }
        work.gate.open()
        #expect(await first.value.status == 200)
        for (index, task) in others.enumerated() {
            let status = await task.value.status
            #expect(index % 3 == 0 ? [200, 499].contains(status.code) : status == 200)
        }
        #expect(work.started == 1)
        #expect(work.cancelled == 0)
    }

    @Test func `a stream is given to the first, the others start over`() async throws {
        let streams = Mutex(0)
        let gate = Gate()
        let make = { @Sendable () async -> HTTPResponse in
            let number = streams.withLock { count in
                count += 1
                return count
            }
            await gate.wait()
            return HTTPResponse(status: 200, fields: ["x-made-by": "\(number)"], body: .stream(ClosureBody { nil }, length: nil))
        }
        func caller(_ count: Int) -> Task<HTTPResponse, Never> {
            EventLoop.testServers.spawn { [calls] in await calls.answer(Self.key, retryCount: count, on: .testServers, work: make) }
        }
        let first = caller(0)
        #expect(await eventually { streams.withLock { $0 } == 1 })
        let second = caller(1)
        #expect(await eventually { calls.waiterCount == 2 })
        gate.open()
        #expect(await first.value.fields["x-made-by"] == "1")
        #expect(await second.value.fields["x-made-by"] == "2")
    }

    @Test func `a call that stays on its loop brings no job from another thread`() async {
        let loop = EventLoop.started("shared")
        let clock = clock
        let calls = SharedCalls(now: { clock.now }, sleep: { _ in try await loop.sleep(until: .now + .seconds(60)) })
        let crossings = await loop.spawn {
            let before = loop.remoteEnqueueCount
            for number in 0..<100 {
                let key = SharedCallKey(owner: "o", fingerprint: "\(number)")
                for count in 0...1 { _ = await calls.answer(key, retryCount: count, on: loop) { .text("x") } }
            }
            return loop.remoteEnqueueCount - before
        }.value
        #expect(crossings == 0)
    }
}

/// Work that waits for a gate and answers with its number; 503 when it is cancelled before.
final class CountedWork: Sendable {
    let gate = Gate()
    private let counts = Mutex((started: 0, cancelled: 0))

    var started: Int { counts.withLock { $0.started } }
    var cancelled: Int { counts.withLock { $0.cancelled } }

    func run() async -> HTTPResponse {
        let number = counts.withLock { counts in
            counts.started += 1
            return counts.started
        }
        guard await gate.wait() else {
            counts.withLock { $0.cancelled += 1 }
            return HTTPResponse(status: 503)
        }
        return HTTPResponse(status: 200, fields: ["x-made-by": "\(number)"], body: HTTPBody(Array("\(number)".utf8)))
    }
}
