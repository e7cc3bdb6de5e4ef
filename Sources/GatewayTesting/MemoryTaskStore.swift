package import Media
import Synchronization

/// Keeps tasks in memory, by the rules of the one on disk: versions, claims, order, and no results in memory.
package final class MemoryTaskStore: TaskStore {
    private struct State {
        /// In the order of their creation.
        var tasks: [GenerationTask] = []
        var claims: [ClaimName: (claim: IdempotencyClaim, task: String)] = [:]
        var events: [WebhookEvent] = []
        var history: [GenerationTask] = []
        var failure: (error: TaskStoreError, left: Int)?

        func place(of id: String) -> Int? { tasks.firstIndex { $0.id == id } }

        func claimed(by claim: IdempotencyClaim) -> ClaimedTask? {
            guard let (held, id) = claims[ClaimName(owner: claim.owner, key: claim.key)], let place = place(of: id),
                !tasks[place].phase.isFinal || claim.madeAt - held.madeAt <= IdempotencyClaim.lifetime
            else { return nil }
            return ClaimedTask(task: tasks[place], claim: held)
        }

        /// Every write begins here.
        mutating func beginWrite() throws(TaskStoreError) {
            guard let (error, left) = failure else { return }
            failure = left > 1 ? (error, left - 1) : nil
            throw error
        }
    }

    private struct ClaimName: Hashable {
        let owner: String
        let key: String
    }

    private let state = Mutex(State())

    package init() {}

    /// The next writes fail, whatever they are; `.max` times: until it is called with 0.
    package func failWrites(_ count: Int, with error: TaskStoreError = TaskStoreError(.unavailable, "as the test wants it")) {
        state.withLock { $0.failure = count > 0 ? (error, count) : nil }
    }

    /// What is there, oldest first.
    package var rows: [GenerationTask] { state.withLock { $0.tasks } }

    /// Every state that was on disk, in the order of the writes.
    package var history: [GenerationTask] { state.withLock { $0.history } }

    /// The outbox.
    package var outbox: [WebhookEvent] { state.withLock { $0.events } }

    /// As it reads back: without results that only a process can hold.
    private static func kept(_ task: GenerationTask) -> GenerationTask {
        var task = task
        task.outputs.removeAll { if case .memory = $0.content { true } else { false } }
        return task
    }
}

// Writing.
extension MemoryTaskStore {
    package func insert(_ task: GenerationTask, claim: IdempotencyClaim?) async throws(TaskStoreError) -> ClaimedTask? {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            if let claim {
                if let held = state.claimed(by: claim) { return held }
                state.claims[ClaimName(owner: claim.owner, key: claim.key)] = (claim, task.id)
            }
            state.tasks.append(Self.kept(task))
            state.history.append(Self.kept(task))
            return nil
        }
    }

    package func claimed(by claim: IdempotencyClaim) async throws(TaskStoreError) -> ClaimedTask? {
        state.withLock { $0.claimed(by: claim) }
    }

    package func save(_ task: GenerationTask, event: WebhookEvent?) async throws(TaskStoreError) {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            guard let place = state.place(of: task.id), state.tasks[place].version == task.version else {
                throw TaskStoreError(.stale, "the row is gone or newer than version \(task.version)")
            }
            var next = Self.kept(task)
            next.version += 1
            state.tasks[place] = next
            state.history.append(next)
            if let event {
                state.events.removeAll { $0.id == event.id }
                state.events.append(event)
            }
        }
    }

    package func delete(_ id: String) async throws(TaskStoreError) -> Bool {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            guard let place = state.place(of: id) else { return false }
            state.tasks.remove(at: place)
            state.claims = state.claims.filter { $0.value.task != id }
            return true
        }
    }

    package func release(claimOf id: String) async throws(TaskStoreError) {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            state.claims = state.claims.filter { $0.value.task != id }
        }
    }

    package func update(_ event: WebhookEvent) async throws(TaskStoreError) {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            guard let place = state.events.firstIndex(where: { $0.id == event.id }) else { return }
            state.events[place] = event
        }
    }

    package func removeEvent(_ id: String) async throws(TaskStoreError) {
        try state.withLock { state throws(TaskStoreError) in
            try state.beginWrite()
            state.events.removeAll { $0.id == id }
        }
    }
}

// Reading.
extension MemoryTaskStore {
    package func task(_ id: String) async throws(TaskStoreError) -> GenerationTask? {
        state.withLock { state in state.place(of: id).map { state.tasks[$0] } }
    }

    package func tasks(_ query: TaskQuery) async throws(TaskStoreError) -> TaskPage {
        var rows = state.withLock { $0.tasks }.filter { query.owner == nil || $0.owner == query.owner }
        if !query.oldestFirst { rows.reverse() }
        if let after = query.after {
            guard let place = rows.firstIndex(where: { $0.id == after }) else {
                return TaskPage(tasks: [], hasMore: false, isUnknownCursor: true)
            }
            rows.removeFirst(place + 1)
        }
        if let kind = query.kind { rows.removeAll { $0.kind != kind } }
        let limit = max(1, query.limit)
        return TaskPage(tasks: Array(rows.prefix(limit)), hasMore: rows.count > limit)
    }

    package func unfinished() async throws(TaskStoreError) -> [GenerationTask] {
        state.withLock { $0.tasks }.filter { !$0.phase.isFinal }
    }

    package func expired(at time: Int, limit: Int) async throws(TaskStoreError) -> [GenerationTask] {
        let over = state.withLock { $0.tasks }.filter { $0.phase.isFinal && $0.expiresAt <= time }
        return Array(Self.inOrder(over) { $0.expiresAt < $1.expiresAt }.prefix(max(0, limit)))
    }

    package func recentDurations(limit: Int) async throws(TaskStoreError) -> [TaskDuration] {
        let completed = state.withLock { $0.tasks }.filter { $0.phase == .completed }
        let latestFirst = Self.inOrder(completed.reversed()) { ($0.completedAt ?? 0) > ($1.completedAt ?? 0) }
        let durations = latestFirst.compactMap { task -> TaskDuration? in
            guard let start = task.startedAt, let end = task.completedAt else { return nil }
            return TaskDuration(model: task.order.request.model, seconds: max(0, end - start))
        }
        return Array(durations.prefix(max(0, limit)))
    }

    package func events(dueAt time: Int, limit: Int) async throws(TaskStoreError) -> [WebhookEvent] {
        let due = state.withLock { $0.events }.filter { $0.dueAt <= time || $0.dueAt - WebhookEvent.longestWait > time }
        return Array(Self.inOrder(due) { $0.dueAt < $1.dueAt }.prefix(max(0, limit)))
    }

    /// Sorted; equals stay as they were.
    private static func inOrder<Element>(_ elements: [Element], _ isBefore: (Element, Element) -> Bool) -> [Element] {
        let ordered = elements.enumerated().sorted { left, right in
            isBefore(left.element, right.element) || !isBefore(right.element, left.element) && left.offset < right.offset
        }
        return ordered.map(\.element)
    }
}
