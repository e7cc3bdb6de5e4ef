/// Keeps tasks. What a call has returned from is on disk.
package protocol TaskStore: Sendable {
    /// A new row.
    /// - Parameter claim: makes the row the only one under its key for a day.
    /// - Returns: the row that has the claim already, with the claim as it was made; nil: the new one is in.
    func insert(_ task: GenerationTask, claim: IdempotencyClaim?) async throws(TaskStoreError) -> ClaimedTask?
    /// The row that a claim stands for already.
    func claimed(by claim: IdempotencyClaim) async throws(TaskStoreError) -> ClaimedTask?
    /// Replaces the row whose version is `task.version`; the row's version is one higher afterwards.
    /// - Parameter event: goes into the outbox in the same transaction.
    /// - Throws: `.stale` when the row is gone or newer.
    func save(_ task: GenerationTask, event: WebhookEvent?) async throws(TaskStoreError)
    /// nil: no such row.
    func task(_ id: String) async throws(TaskStoreError) -> GenerationTask?
    /// The rows of one owner.
    func tasks(_ query: TaskQuery) async throws(TaskStoreError) -> TaskPage
    /// Removes a row with its claim; false: there was none.
    func delete(_ id: String) async throws(TaskStoreError) -> Bool
    /// Gives a key free again, if this task holds it.
    func release(claimOf id: String) async throws(TaskStoreError)
    /// All rows that are not final, oldest first.
    func unfinished() async throws(TaskStoreError) -> [GenerationTask]
    /// Final rows whose time is over, oldest first.
    /// - Parameter time: seconds since 1970.
    func expired(at time: Int, limit: Int) async throws(TaskStoreError) -> [GenerationTask]
    /// How long the latest completed tasks took, newest first: `startedAt` to `completedAt`.
    func recentDurations(limit: Int) async throws(TaskStoreError) -> [TaskDuration]

    /// Events of the outbox that are due, soonest first; behind them those that are further away than any wait: a clock that was wrong, and
    /// is not any more, has set them.
    func events(dueAt time: Int, limit: Int) async throws(TaskStoreError) -> [WebhookEvent]
    /// Replaces an event of the outbox.
    func update(_ event: WebhookEvent) async throws(TaskStoreError)
    /// Removes an event: delivered, or given up.
    func removeEvent(_ id: String) async throws(TaskStoreError)
}

/// A promise that one `Idempotency-Key` of an owner makes one task.
package struct IdempotencyClaim: Sendable, Hashable {
    package var owner: String
    /// As the client sent it.
    package var key: String
    /// SHA-256 of what was asked, in hexadecimal.
    package var fingerprint: String
    /// Seconds since 1970; a claim of the same key that is older than a day is replaced, unless its task still runs.
    package var madeAt: Int

    package init(owner: String, key: String, fingerprint: String, madeAt: Int) {
        self.owner = owner
        self.key = key
        self.fingerprint = fingerprint
        self.madeAt = madeAt
    }

    /// Seconds.
    package static let lifetime = 86_400
}

/// The task that a key already stands for.
package final class ClaimedTask: Sendable {
    package let task: GenerationTask
    package let claim: IdempotencyClaim

    package init(task: GenerationTask, claim: IdempotencyClaim) {
        self.task = task
        self.claim = claim
    }
}

/// Which rows, and in which order.
package struct TaskQuery: Sendable, Hashable {
    /// nil: everybody's.
    package var owner: String?
    /// nil: both.
    package var kind: GenerationTask.Kind?
    /// The id of the last task of the page before.
    package var after: String?
    /// At least 1.
    package var limit: Int
    package var oldestFirst: Bool

    package init(owner: String?, kind: GenerationTask.Kind? = nil, after: String? = nil, limit: Int = 20, oldestFirst: Bool = false) {
        self.owner = owner
        self.kind = kind
        self.after = after
        self.limit = limit
        self.oldestFirst = oldestFirst
    }
}

package struct TaskPage: Sendable {
    package var tasks: [GenerationTask]
    package var hasMore: Bool
    /// `after` names no task of this owner, or none at all.
    package var isUnknownCursor: Bool

    package init(tasks: [GenerationTask], hasMore: Bool, isUnknownCursor: Bool = false) {
        self.tasks = tasks
        self.hasMore = hasMore
        self.isUnknownCursor = isUnknownCursor
    }
}

package struct TaskDuration: Sendable, Hashable {
    package var model: String
    package var seconds: Int

    package init(model: String, seconds: Int) {
        self.model = model
        self.seconds = seconds
    }
}

/// An event of the outbox: told until somebody takes it or the schedule ends.
package struct WebhookEvent: Sendable, Hashable {
    /// `evt_…`: the same in every delivery, so that receivers can tell repeats.
    package var id: String
    package var owner: String
    package var url: String
    /// JSON, signed and sent as it is.
    package var body: String
    /// Deliveries tried so far.
    package var attempts: Int
    /// Seconds since 1970, by the clock of the process that tells it: that one is not set while it runs.
    package var dueAt: Int

    /// As a due time: before any other.
    package static let atOnce = 0
    /// Seconds; no due time is further away when it is set.
    package static let longestWait = 29 * 3600

    package init(id: String, owner: String, url: String, body: String, attempts: Int = 0, dueAt: Int) {
        self.id = id
        self.owner = owner
        self.url = url
        self.body = body
        self.attempts = attempts
        self.dueAt = dueAt
    }
}

package struct TaskStoreError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// No space left.
        case full
        /// Too much is waiting to be written: try later.
        case busy
        /// The row is gone or newer.
        case stale
        /// The file cannot be read or written.
        case unavailable
    }
    package var kind: Kind
    /// For the log: no prompt.
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
