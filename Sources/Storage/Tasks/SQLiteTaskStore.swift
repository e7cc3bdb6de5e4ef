package import Media
import Synchronization
import Transport

/// Tasks in one SQLite file of this machine. The only user of its file, as long as it lives.
package final class SQLiteTaskStore: TaskStore {
    let writer: TaskWriter
    let readers: TaskReaders
    private let lock: Mutex<FileLock>
    private let report: @Sendable (String) -> Void
    /// Rows that cannot be read: told once.
    private let reported = Mutex<Set<String>>([])

    /// Makes the file, or checks it and brings its tables to the newest version; on an error nothing was changed. Blocks; for the start of
    /// the process.
    /// - Parameters:
    ///   - path: of the database file; its lock is `path.lock`.
    ///   - report: gets a line for the log about each row that cannot be read.
    ///   - observe: told how each transaction went; on the thread that writes, which it must not hold up.
    package convenience init(
        path: String, report: @escaping @Sendable (String) -> Void = { _ in },
        observe: @escaping @Sendable (TaskStoreEvent) -> Void = { _ in }
    ) throws(TaskStoreOpenError) {
        try self.init(TaskDatabase(path: path), report: report, observe: observe)
    }

    /// - Parameter pageLimit: pages of the database above which it is full.
    init(
        _ database: TaskDatabase, pageLimit: Int? = nil, queueLimit: Int = 10_000,
        report: @escaping @Sendable (String) -> Void = { _ in }, observe: @escaping @Sendable (TaskStoreEvent) -> Void = { _ in }
    ) throws(TaskStoreOpenError) {
        lock = Mutex(try database.lock())
        let connection = try database.open()
        do throws(SQLiteError) {
            if let pageLimit { _ = try connection.integer("PRAGMA max_page_count = \(pageLimit)") }
            writer = TaskWriter(try TaskTables(connection), pool: Self.writing, queueLimit: queueLimit, observe: observe)
        } catch {
            throw TaskStoreOpenError("\(database.path) cannot be opened: \(error)")
        }
        readers = try TaskReaders(of: database, pool: Self.reading)
        self.report = report
    }

    /// Writes that wait for the next transaction.
    package var waitingWrites: Int { writer.waitingCount }

    private static let writing = BlockingPool(name: "tasks-write", threads: 1)
    private static let reading = BlockingPool(name: "tasks-read", threads: TaskReaders.threadCount)
}

// Writing.
extension SQLiteTaskStore {
    package func insert(_ task: GenerationTask, claim: IdempotencyClaim?) async throws(TaskStoreError) -> ClaimedTask? {
        try claimed(try await writer.perform(.insert(task, claim)))
    }

    package func claimed(by claim: IdempotencyClaim) async throws(TaskStoreError) -> ClaimedTask? {
        try claimed(try await writer.perform(.find(claim)))
    }

    private func claimed(_ outcome: TaskWriteOutcome) throws(TaskStoreError) -> ClaimedTask? {
        switch outcome {
        case .done, .nothing: return nil
        case .claimed(let document, let claim):
            guard let task = decode(document, id: nil) else {
                throw TaskStoreError(.unavailable, "the task that an Idempotency-Key stands for cannot be read")
            }
            return ClaimedTask(task: task, claim: claim)
        }
    }

    package func save(_ task: GenerationTask, event: WebhookEvent?) async throws(TaskStoreError) {
        switch try await writer.perform(.save(task, event)) {
        case .done, .claimed: return
        case .nothing: throw TaskStoreError(.stale, "the row is gone or newer than version \(task.version)")
        }
    }

    package func delete(_ id: String) async throws(TaskStoreError) -> Bool {
        switch try await writer.perform(.delete(id)) {
        case .done, .claimed: true
        case .nothing: false
        }
    }

    package func release(claimOf id: String) async throws(TaskStoreError) { _ = try await writer.perform(.releaseClaim(id)) }
    package func update(_ event: WebhookEvent) async throws(TaskStoreError) { _ = try await writer.perform(.updateEvent(event)) }
    package func removeEvent(_ id: String) async throws(TaskStoreError) { _ = try await writer.perform(.removeEvent(id)) }
}

// Reading.
extension SQLiteTaskStore {
    package func task(_ id: String) async throws(TaskStoreError) -> GenerationTask? {
        let row = try await readers.read { rows throws(SQLiteError) in
            try rows.row(id).map { [self] in (decode($0.document, id: $0.id), true) }
        }
        guard let row else { return nil }
        guard let task = row.0 else { throw TaskStoreError(.unavailable, "the row of the task cannot be read") }
        return task
    }

    package func tasks(_ query: TaskQuery) async throws(TaskStoreError) -> TaskPage {
        try await readers.read { [self] rows throws(SQLiteError) in
            let place = try query.after.map { id throws(SQLiteError) in try rows.place(of: id, owner: query.owner) }
            if case .some(.none) = place { return TaskPage(tasks: [], hasMore: false, isUnknownCursor: true) }
            let limit = max(1, query.limit)
            // One more than asked tells whether there are more.
            let tasks = try collect(limit == .max ? .max : limit + 1) { take throws(SQLiteError) in
                try rows.list(query, after: place ?? nil, take)
            }
            return TaskPage(tasks: Array(tasks.prefix(limit)), hasMore: tasks.count > limit)
        }
    }

    package func unfinished() async throws(TaskStoreError) -> [GenerationTask] {
        try await readers.read { [self] rows throws(SQLiteError) in
            try collect(.max) { take throws(SQLiteError) in try rows.unfinished(take) }
        }
    }

    package func expired(at time: Int, limit: Int) async throws(TaskStoreError) -> [GenerationTask] {
        try await readers.read { [self] rows throws(SQLiteError) in
            try collect(limit) { take throws(SQLiteError) in try rows.expired(at: time, take) }
        }
    }

    package func recentDurations(limit: Int) async throws(TaskStoreError) -> [TaskDuration] {
        try await readers.read { rows throws(SQLiteError) in try rows.durations(limit: limit) }
    }

    package func events(dueAt time: Int, limit: Int) async throws(TaskStoreError) -> [WebhookEvent] {
        try await readers.read { rows throws(SQLiteError) in try rows.events(dueAt: time, limit: limit) }
    }

    /// The first tasks that can be read, at most `limit`.
    private func collect(
        _ limit: Int, _ rows: ((TaskRows.Row) -> Bool) throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> [GenerationTask] {
        guard limit > 0 else { return [] }
        var tasks: [GenerationTask] = []
        try rows { row in
            if let task = decode(row.document, id: row.id) { tasks.append(task) }
            return tasks.count < limit
        }
        return tasks
    }

    /// nil, and a line for the log, where the document is not one of ours.
    private func decode(_ document: [UInt8], id: String?) -> GenerationTask? {
        do throws(DocumentError) {
            return try TaskDocument.task(from: document)
        } catch {
            let name = id ?? "of an Idempotency-Key"
            if reported.withLock({ $0.insert(name).inserted }) {
                report("the task \(name) cannot be read and is left out: \(error)")
            }
            return nil
        }
    }
}
