package import HTTP
import Synchronization
package import Transport

/// Joins the repeats that OpenAI's SDKs send of themselves: they name no idempotency key, but count what they send again.
///
/// One for the process. The work of a call that can be repeated outlives its connection for a while, and its answer is kept for a
/// while, so that a repeat after a broken connection gets what was bought already.
package final class SharedCalls: Sendable {
    private let state: Mutex<State>
    private let now: @Sendable () -> Instant
    private let sleep: @Sendable (Instant) async throws -> Void
    /// How long work goes on that nobody waits for.
    private let grace: Duration

    private typealias CallID = SharedCallTable.CallID
    private typealias WaiterID = SharedCallTable.WaiterID

    private struct State: Sendable {
        var table: SharedCallTable
        var lastWaiter: WaiterID = 0
        var waiting: [WaiterID: CheckedContinuation<SharedCallTable.Delivery?, Never>] = [:]
        /// What came before its waiter had begun to wait.
        var early: [WaiterID: SharedCallTable.Delivery] = [:]
        var work: [CallID: Task<Void, Never>] = [:]
        var isSweeping = false
    }

    /// - Parameters:
    ///   - lifetime: of a finished answer.
    ///   - maximumSize: bytes of all finished answers that are kept.
    ///   - sleep: throws when the task is cancelled.
    package init(
        lifetime: Duration = .seconds(60), maximumSize: Int = 64 << 20, grace: Duration = .seconds(30),
        now: @escaping @Sendable () -> Instant = { Instant.now },
        sleep: @escaping @Sendable (Instant) async throws -> Void = { try await Task.sleep(for: $0 - .now) }
    ) {
        state = Mutex(State(table: SharedCallTable(lifetime: lifetime, maximumSize: maximumSize)))
        self.grace = grace
        self.now = now
        self.sleep = sleep
    }

    /// The answer to a call: that of the call it repeats, where there is one, else that of its own work.
    ///
    /// Fields that belong to one caller, and `onEnd`, are to be set afterwards. A caller that goes away gets some answer at once.
    /// - Parameters:
    ///   - key: nil: the call is nobody's repeat.
    ///   - retryCount: how often the client has sent it before; nil: it does not count, and its work ends with its connection.
    ///   - loop: the caller's.
    package func answer(
        _ key: SharedCallKey?, retryCount: Int?, on loop: EventLoop, work: @escaping @Sendable () async -> HTTPResponse
    ) async -> HTTPResponse {
        guard let key, let retryCount else { return await work() }
        while !Task.isCancelled {
            let (waiter, beginning) = begin(key, isRepeat: retryCount > 0)
            switch beginning {
            case .answered(let answer): return SharedCalls.joined(answer)
            case .joined(let call):
                switch await delivery(to: waiter, of: call, on: loop) {
                case .answer(let answer)?: return SharedCalls.joined(answer)
                case .startOver?: continue
                case nil: return SharedCalls.nobody
                }
            case .started(let call, _):
                start(call, on: loop, work)
                switch await delivery(to: waiter, of: call, on: loop) {
                case .answer(let answer)?: return answer
                case .startOver?: continue
                case nil: return SharedCalls.nobody
                }
            }
        }
        return SharedCalls.nobody
    }

    /// Bytes of the finished answers that are kept.
    var keptSize: Int { state.withLock { $0.table.size } }
    /// Callers that wait.
    var waiterCount: Int { state.withLock { $0.waiting.count } }
    /// Calls that run, or whose answers are kept.
    var callCount: Int { state.withLock { $0.table.callCount } }

    private static func joined(_ answer: HTTPResponse) -> HTTPResponse {
        var answer = answer
        answer.onEnd = nil
        answer.fields.set(.zoetropeJoined, "true")
        return answer
    }

    /// For a connection that is gone.
    private static let nobody = HTTPResponse(status: 499)
}

// MARK: The work

extension SharedCalls {
    private func begin(_ key: SharedCallKey, isRepeat: Bool) -> (WaiterID, SharedCallTable.Beginning) {
        let now = now()
        let (waiter, beginning, abandoned) = state.withLock { state in
            state.lastWaiter += 1
            let beginning = state.table.begin(key, isRepeat: isRepeat, waiter: state.lastWaiter, now: now)
            guard case .started(_, let former?) = beginning else { return (state.lastWaiter, beginning, nil as Task<Void, Never>?) }
            return (state.lastWaiter, beginning, state.work.removeValue(forKey: former))
        }
        abandoned?.cancel()
        return (waiter, beginning)
    }

    private func start(_ call: CallID, on loop: EventLoop, _ work: @escaping @Sendable () async -> HTTPResponse) {
        let task = loop.spawn { [self] in end(call, await work(), on: loop) }
        state.withLock { if $0.table.isRunning(call) { $0.work[call] = task } }
    }

    private func end(_ call: CallID, _ answer: HTTPResponse, on loop: EventLoop) {
        let now = now()
        let (ready, sweeps) = state.withLock { state in
            state.work[call] = nil
            let deliveries = state.table.end(call, answer, now: now)
            var ready: [(CheckedContinuation<SharedCallTable.Delivery?, Never>, SharedCallTable.Delivery)] = []
            for (waiter, delivery) in deliveries {
                if let continuation = state.waiting.removeValue(forKey: waiter) {
                    ready.append((continuation, delivery))
                } else {
                    state.early[waiter] = delivery
                }
            }
            let sweeps = !state.isSweeping && state.table.nextEnd != nil
            if sweeps { state.isSweeping = true }
            return (ready, sweeps)
        }
        for (continuation, delivery) in ready { continuation.resume(returning: delivery) }
        if sweeps { loop.spawn { [weak self] in await self?.sweep() } }
    }

    /// Drops kept answers when their time is over, until none is left.
    private func sweep() async {
        while true {
            let now = now()
            let next = state.withLock { state in
                state.table.sweep(now: now)
                state.isSweeping = state.table.nextEnd != nil
                return state.table.nextEnd
            }
            guard let next else { return }
            try? await sleep(next)
        }
    }
}

// MARK: Waiting

extension SharedCalls {
    private enum Arrival {
        case delivered(SharedCallTable.Delivery)
        case waits
        case left(SharedCallTable.Departure)
    }

    /// nil when the caller has gone away.
    private func delivery(to waiter: WaiterID, of call: CallID, on loop: EventLoop) async -> SharedCallTable.Delivery? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                switch arrive(waiter, call, continuation) {
                case .delivered(let delivery): continuation.resume(returning: delivery)
                case .waits: break
                case .left(let departure):
                    finish(departure, from: call, on: loop)
                    continuation.resume(returning: nil)
                }
            }
        } onCancel: {
            let left = state.withLock { state in
                state.waiting.removeValue(forKey: waiter).map { ($0, state.table.leave(waiter, call)) }
            }
            guard let (continuation, departure) = left else { return }
            finish(departure, from: call, on: loop)
            continuation.resume(returning: nil)
        }
    }

    private func arrive(
        _ waiter: WaiterID, _ call: CallID, _ continuation: CheckedContinuation<SharedCallTable.Delivery?, Never>
    ) -> Arrival {
        state.withLock { state in
            if let delivery = state.early.removeValue(forKey: waiter) { return .delivered(delivery) }
            if Task.isCancelled { return .left(state.table.leave(waiter, call)) }
            state.waiting[waiter] = continuation
            return .waits
        }
    }

    private func finish(_ departure: SharedCallTable.Departure, from call: CallID, on loop: EventLoop) {
        switch departure {
        case .goesOn: break
        case .cancelled: state.withLock { $0.work.removeValue(forKey: call) }?.cancel()
        case .grace(let number):
            let end = now() + grace
            loop.spawn { [self] in
                try? await sleep(end)
                cancel(call, afterGrace: number)
            }
        }
    }

    private func cancel(_ call: CallID, afterGrace number: Int) {
        let task = state.withLock { state in
            state.table.endGrace(call, number: number) ? state.work.removeValue(forKey: call) : nil
        }
        task?.cancel()
    }
}

extension HTTPFieldName {
    /// Says that the answer is that of the call which this one repeats.
    static let zoetropeJoined: HTTPFieldName = "x-zoetrope-joined"
}
