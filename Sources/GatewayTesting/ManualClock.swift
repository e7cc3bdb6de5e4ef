import Synchronization
package import Transport

/// A clock that stands still until a test moves it.
package final class ManualClock: Sendable {
    private struct State: Sendable {
        var now = Instant.now
        var last: UInt64 = 0
        var sleepers: [UInt64: (until: Instant, waiter: CheckedContinuation<Bool, Never>)] = [:]
    }

    private let state = Mutex(State())
    private let sleepingAdvances: Bool

    /// - Parameter sleepingAdvances: whoever sleeps moves the clock to the end of its sleep and goes on at once.
    package init(sleepingAdvances: Bool = false) {
        self.sleepingAdvances = sleepingAdvances
    }

    /// The time it shows.
    package var now: Instant { state.withLock { $0.now } }

    /// How many tasks sleep by this clock.
    package var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Moves on and wakes whoever is due.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.waiter)
        }
        for waiter in due { waiter.resume(returning: true) }
    }

    /// - Throws: `CancellationError`.
    package func sleep(until end: Instant) async throws {
        if sleepingAdvances {
            try Task.checkCancellation()
            return state.withLock { $0.now = max($0.now, end) }
        }
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let known = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if end <= state.now { return true }
                    state.sleepers[id] = (end, waiter)
                    return nil
                }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id)?.waiter }?.resume(returning: false)
        }
        if !isOver { throw CancellationError() }
    }
}
