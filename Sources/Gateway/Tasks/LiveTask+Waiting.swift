import Media
import Synchronization
import Transport

extension LiveTask {
    /// Waits until the task is so, has ended, or the deadline has come.
    @inline(never)
    func wait(
        until deadline: Instant?, _ environment: DispatchEnvironment, for condition: @Sendable (GenerationTask) -> Bool = { _ in false }
    ) async {
        while let change = changeBefore(deadline, environment, condition) {
            await news(after: change, until: deadline, environment)
        }
    }

    /// After which change there is something to wait for; nil: nothing is.
    @inline(never)
    private func changeBefore(
        _ deadline: Instant?, _ environment: DispatchEnvironment, _ condition: @Sendable (GenerationTask) -> Bool
    ) -> Int? {
        let (task, change) = snapshot
        if hasEnded || condition(task) || Task.isCancelled { return nil }
        if let deadline, environment.now() >= deadline { return nil }
        return change
    }

    /// Returns at the next change, at the deadline, or when the calling task is cancelled.
    func news(after change: Int, until deadline: Instant?, _ environment: DispatchEnvironment) async {
        guard let deadline else { return await watch(after: change) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watch(after: change) }
            group.addTask { try? await environment.sleep(deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    private func watch(after change: Int) async {
        let ticket = state.withLock { state in
            state.lastWatcher += 1
            return state.lastWatcher
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { watcher in
                // Read inside the lock: a cancellation is either seen here, or its handler finds the watcher.
                let isKept = state.withLock { state in
                    guard state.change == change, !state.hasEnded, !Task.isCancelled else { return false }
                    state.watchers[ticket] = watcher
                    return true
                }
                if !isKept { watcher.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: ticket) }?.resume()
        }
    }
}
