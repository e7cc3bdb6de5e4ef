import Synchronization
import Transport

extension HealthBoard {
    /// Waits in a provider's queue.
    /// - Returns: whether the call has a place now, also when the deadline or a cancellation came a moment later.
    func wait(
        _ ticket: UInt64, at seat: Int, until deadline: Instant, _ environment: DispatchEnvironment
    ) async -> Bool {
        await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await self.admission(ticket, at: seat) }
            group.addTask {
                try? await environment.sleep(deadline)
                return nil
            }
            for await answer in group {
                group.cancelAll()
                if let answer { return answer }
            }
            return false
        }
    }

    private func admission(_ ticket: UInt64, at seat: Int) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                // Read inside the lock: a cancellation is either seen here, or its handler finds the parked waiter.
                let known = state.withLock { $0.park(ticket, at: seat, waiter, isCancelled: Task.isCancelled) }
                if let known { waiter.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.abandon(ticket, at: seat) }?.resume(returning: false)
        }
    }
}
