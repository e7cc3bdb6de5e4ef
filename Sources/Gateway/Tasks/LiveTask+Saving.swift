import Media
import Synchronization

extension LiveTask {
    /// Makes everything changed so far durable. Saves of one task happen one after the other; a save serves all who wait when it begins.
    func save() async -> TaskStoreError? {
        if state.withLock({ $0.saves.enter() }) { return await saveAll() }
        let turn = await withCheckedContinuation { waiter in
            let known = state.withLock { $0.saves.wait(for: $0.change, waiter) }
            if let known { waiter.resume(returning: known) }
        }
        switch turn {
        case .done(let error): return error
        case .yours: return await saveAll()
        }
    }

    /// Saves until nobody waits any more.
    /// - Returns: how the first save went, the caller's own.
    private func saveAll() async -> TaskStoreError? {
        let (own, goesOn) = await saveOnce()
        var more = goesOn
        while more { more = await saveOnce().goesOn }
        return own
    }

    private func saveOnce() async -> (error: TaskStoreError?, goesOn: Bool) {
        let (task, change, event, isStored) = state.withLock { ($0.task, $0.change, $0.event, $0.isStored) }
        let error = await write(task, event: event, isStored: isStored)
        let (waiters, goesOn, watchers) = state.withLock { state in
            if error == nil { state.saved(task, hadEvent: event != nil) }
            let (waiters, goesOn) = state.saves.finish(change, error)
            return (waiters, goesOn, error == nil ? state.takeWatchers() : [])
        }
        for watcher in watchers { watcher.resume() }
        for waiter in waiters { waiter.resume(returning: .done(error)) }
        return (error, goesOn)
    }

    private func write(_ task: GenerationTask, event: WebhookEvent?, isStored: Bool) async -> TaskStoreError? {
        do throws(TaskStoreError) {
            if isStored {
                try await store.save(task, event: event)
            } else {
                _ = try await store.insert(task, claim: nil)
            }
            return nil
        } catch { return error }
    }
}

/// Who saves, and who waits for a save that includes its change.
struct SaveQueue: Sendable {
    /// What a waiter is told.
    enum Turn: Sendable {
        case done(TaskStoreError?)
        /// Nobody saves: the waiter does.
        case yours
    }

    private var isSaving = false
    private var saved = -1
    private var waiters: [(change: Int, waiter: CheckedContinuation<Turn, Never>)] = []

    /// True: the caller is the one that saves.
    mutating func enter() -> Bool {
        if isSaving { return false }
        isSaving = true
        return true
    }

    /// nil: the waiter is kept.
    mutating func wait(for change: Int, _ waiter: CheckedContinuation<Turn, Never>) -> Turn? {
        if saved >= change { return .done(nil) }
        if enter() { return .yours }
        waiters.append((change, waiter))
        return nil
    }

    /// - Returns: whose change was included, and whether another save must follow for the rest.
    mutating func finish(
        _ change: Int, _ error: TaskStoreError?
    ) -> (done: [CheckedContinuation<Turn, Never>], goesOn: Bool) {
        if error == nil { saved = max(saved, change) }
        let done = waiters.filter { $0.change <= change }.map(\.waiter)
        waiters.removeAll { $0.change <= change }
        isSaving = !waiters.isEmpty
        return (done, isSaving)
    }
}
