package import Media
import Synchronization

/// A task that this process is working on: its latest state, its saves one after the other, and whoever waits for news.
package final class LiveTask: Sendable {
    package let id: String
    package let owner: String
    let store: any TaskStore
    let state: Mutex<State>

    /// What is behind the lock.
    struct State: Sendable {
        var task: GenerationTask
        var change = 0
        var isStored: Bool
        /// What the row says; nil: there is none.
        var durable: GenerationTask.Phase?
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
        state = Mutex(State(task: task, isStored: isStored, durable: isStored ? task.phase : nil))
    }

    /// As it is now.
    package var task: GenerationTask { state.withLock { $0.task } }

    /// With the number of the change that made it so.
    var snapshot: (task: GenerationTask, change: Int) { state.withLock { ($0.task, $0.change) } }

    /// Nothing more will happen here.
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    /// There is a row: the work goes on whoever leaves.
    var isStored: Bool { state.withLock(\.isStored) }

    /// What the row says; nil: there is none.
    var durablePhase: GenerationTask.Phase? { state.withLock(\.durable) }

    /// Whether something would be lost, or unknown, if the process ended now.
    var isFragile: Bool { state.withLock(\.isFragile) }

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

extension LiveTask.State {
    var isFragile: Bool {
        if !isStored { return true }
        if case .submitting = task.phase { return true }
        if case .submitting? = durable { return true }
        return task.phase.isFinal && durable?.isFinal != true
    }

    mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
        defer { watchers = [:] }
        return Array(watchers.values)
    }

    mutating func saved(_ saved: GenerationTask, hadEvent: Bool) {
        if isStored { task.version = saved.version + 1 }
        isStored = true
        durable = saved.phase
        if hadEvent { event = nil }
    }
}
