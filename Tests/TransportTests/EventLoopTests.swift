import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(1)))
struct EventLoopTests {
    private func withLoop<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Value) async -> Value {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        return await loop.spawn { await body(loop) }.value
    }

    @Test func `a task spawned on a loop runs on its thread`() async {
        #expect(await withLoop { $0.isCurrent })
    }

    @Test func `suspending and resuming on the loop enqueues nothing from other threads`() async {
        let crossings = await withLoop { loop in
            let before = loop.remoteEnqueueCount
            for _ in 0..<100 { try? await loop.sleep(until: .now + .microseconds(10)) }
            return loop.remoteEnqueueCount - before
        }
        #expect(crossings == 0)
    }

    @Test func `a cancelled sleep ends at once with an error`() async {
        let isCancelled = await withLoop { loop in
            let sleeper = loop.spawn {
                do {
                    try await loop.sleep(until: .now + .seconds(3600))
                    return false
                } catch { return error is CancellationError }
            }
            sleeper.cancel()
            return await sleeper.value
        }
        #expect(isCancelled)
    }

    @Test func `work on a blocking pool comes back to the loop`() async {
        let (inside, after) = await withLoop { loop in
            let inside = await BlockingPool.files.run { loop.isCurrent }
            return (inside, loop.isCurrent)
        }
        #expect(!inside)
        #expect(after)
    }

    @Test func `a ring keeps its order while it grows`() {
        var ring = RingBuffer<Int>(capacity: 2)
        for number in 0..<3 { ring.append(number) }
        #expect(ring.popFirst() == 0)
        for number in 3..<10 { ring.append(number) }
        var rest: [Int] = []
        while let number = ring.popFirst() { rest.append(number) }
        #expect(rest == Array(1..<10))
    }
}
