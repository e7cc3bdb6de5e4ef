package import Media
import Synchronization

/// A task that this process is working on: its latest state, its saves one after the other, and whoever waits for news.
package final class LiveTask: Sendable {
    package let id: String
    package let owner: String
    private let store: any TaskStore
    private let state: Mutex<State>

    fileprivate struct State: Sendable {
        var task: GenerationTask
        var change = 0
        var isStored: Bool
        var saves = SaveQueue()
        var watchers: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWatcher: UInt64 = 0
        var event: WebhookEvent?
        var run: Task<Void, Never>?
        var isCancelled = false
        var isPatient = false
        var isForgotten = false
        var shownProgress = 0
        var hasEnded = false
    }

    /// - Parameter isStored: there is a row already; else the first save makes it.
    init(_ task: GenerationTask, in store: any TaskStore, isStored: Bool) {
        id = task.id
        owner = task.owner
        self.store = store
        state = Mutex(State(task: task, isStored: isStored))
    }

    /// As it is now.
    package var task: GenerationTask { state.withLock { $0.task } }

    /// With the number of the change that made it so.
    var snapshot: (task: GenerationTask, change: Int) { state.withLock { ($0.task, $0.change) } }

    /// Nothing more will happen here.
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    /// There is a row: the work goes on whoever leaves.
    var isStored: Bool { state.withLock(\.isStored) }

    /// Its owner has been told that it is accepted: a lack of room is waited out.
    var isPatient: Bool { state.withLock(\.isPatient) }

    /// Its owner has deleted it.
    var isForgotten: Bool { state.withLock(\.isForgotten) }

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// What may be told of the progress: never less than before.
    func shown(_ percent: (_ previous: Int) -> Int) -> Int {
        state.withLock { state in
            state.shownProgress = max(state.shownProgress, percent(state.shownProgress))
            return state.shownProgress
        }
    }

    func becomePatient() {
        state.withLock { $0.isPatient = true }
    }

    func forget() {
        state.withLock { $0.isForgotten = true }
    }

    /// Changes the task and wakes whoever waits for news; nothing is saved.
    func update(_ change: (inout GenerationTask) -> Void) {
        let watchers = state.withLock { state in
            change(&state.task)
            state.change += 1
            return state.takeWatchers()
        }
        for watcher in watchers { watcher.resume() }
    }

    /// The event that the save of the end puts into the outbox.
    func setEvent(_ event: WebhookEvent?) {
        state.withLock { $0.event = event }
    }

    /// No more news.
    func end() {
        let watchers = state.withLock { state in
            state.hasEnded = true
            state.change += 1
            return state.takeWatchers()
        }
        for watcher in watchers { watcher.resume() }
    }

    // MARK: Work

    /// The work, so that it can be cancelled; cancelled at once if that was asked already.
    func attach(_ run: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.run = run
            return state.isCancelled
        }
        if isCancelled { run.cancel() }
    }

    /// Asks the work to stop, upstream too where that can be.
    /// - Returns: false when it has not begun.
    @discardableResult
    func cancel() -> Bool {
        let run = state.withLock { state in
            state.isCancelled = true
            return state.run
        }
        run?.cancel()
        return run != nil
    }
}

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
        let (waiters, goesOn) = state.withLock { state in
            if error == nil { state.saved(task, hadEvent: event != nil) }
            return state.saves.finish(change, error)
        }
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

extension LiveTask {
    /// Waits until the task is so, has ended, or the deadline has come.
    /// - Returns: what it is then.
    func wait(
        until deadline: ContinuousClock.Instant?, _ environment: DispatchEnvironment, for condition: @Sendable (GenerationTask) -> Bool
    ) async -> GenerationTask {
        while true {
            let (task, change) = snapshot
            if hasEnded || condition(task) || Task.isCancelled { return task }
            if let deadline, environment.now() >= deadline { return task }
            await news(after: change, until: deadline, environment)
        }
    }

    /// Returns at the next change, at the deadline, or when the calling task is cancelled.
    func news(after change: Int, until deadline: ContinuousClock.Instant?, _ environment: DispatchEnvironment) async {
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

extension LiveTask.State {
    fileprivate mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
        defer { watchers = [:] }
        return Array(watchers.values)
    }

    fileprivate mutating func saved(_ saved: GenerationTask, hadEvent: Bool) {
        if isStored { task.version = saved.version + 1 }
        isStored = true
        if hadEvent { event = nil }
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
