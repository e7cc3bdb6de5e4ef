import Media
import Synchronization
import Transport

/// Writes in groups: what comes while a transaction is being synced goes into the next one, together.
final class TaskWriter: Sendable {
    typealias Outcome = Result<TaskWriteOutcome, TaskStoreError>

    private struct Waiting: Sendable {
        let write: TaskWrite
        let caller: UnsafeContinuation<Outcome, Never>
    }

    private let queue: Mutex<WriteQueue<Waiting>>
    /// Touched on the writing thread alone.
    private let tables: Mutex<TaskTables>
    private let commits = Atomic<Int>(0)
    private let pool: BlockingPool
    private let observe: @Sendable (TaskStoreEvent) -> Void

    /// - Parameters:
    ///   - pool: of one thread.
    ///   - queueLimit: writes that may wait; what is above is `busy`.
    ///   - observe: called on the writing thread, and by whoever is refused.
    init(
        _ tables: consuming sending TaskTables, pool: BlockingPool, queueLimit: Int = 10_000,
        observe: @escaping @Sendable (TaskStoreEvent) -> Void = { _ in }
    ) {
        self.tables = Mutex(tables)
        self.pool = pool
        self.observe = observe
        queue = Mutex(WriteQueue(limit: queueLimit))
    }

    /// Transactions so far, also those that failed.
    var transactionCount: Int { commits.load(ordering: .relaxed) }

    /// Writes that wait for the next transaction.
    var waitingCount: Int { queue.withLock(\.count) }

    /// Returns when the write is on disk, or has failed.
    func perform(_ write: TaskWrite) async throws(TaskStoreError) -> TaskWriteOutcome {
        try await withUnsafeContinuation { (caller: UnsafeContinuation<Outcome, Never>) in
            switch queue.withLock({ $0.add(Waiting(write: write, caller: caller)) }) {
            case .refused:
                observe(.refused(1))
                caller.resume(returning: .failure(TaskStoreError(.busy, "too many writes wait for the disk")))
            case .queued: break
            case .begin: pool.submit { [self] in drain() }
            }
        }.get()
    }

    /// Runs on the writing thread until nothing waits.
    private func drain() {
        while true {
            let batch = queue.withLock { $0.next(Self.batchLimit) }
            if batch.isEmpty { return }
            let start = Instant.now
            let results = tables.withLock { $0.perform(batch.map(\.write)) }
            commits.add(1, ordering: .relaxed)
            observe(.transaction(writes: results.count, failed: results.count { !$0.isSuccess }, duration: .now - start))
            for (waiting, result) in zip(batch, results) {
                waiting.caller.resume(returning: result.mapError { TaskStoreError($0) })
            }
            if results.allSatisfy(\.isLocked) { refuseWaiting(results) }
        }
    }

    /// Whoever stood in line while another program held the file has waited as long as the batch that gave up: the line must not wait
    /// once more for each batch in it.
    private func refuseWaiting(_ results: [Result<TaskWriteOutcome, SQLiteError>]) {
        guard case .failure(let error)? = results.first else { return }
        let waiting = queue.withLock { $0.takeAll() }
        if !waiting.isEmpty { observe(.refused(waiting.count)) }
        for waiting in waiting { waiting.caller.resume(returning: .failure(TaskStoreError(error))) }
    }

    /// Writes of one transaction.
    private static let batchLimit = 200
}

extension Result<TaskWriteOutcome, SQLiteError> {
    fileprivate var isSuccess: Bool {
        switch self {
        case .success: true
        case .failure: false
        }
    }

    /// Another program has locked the file.
    fileprivate var isLocked: Bool {
        switch self {
        case .success: false
        case .failure(let error): error.isBusy
        }
    }
}

extension TaskStoreError {
    /// No space is `full`; whatever else SQLite says is `unavailable`.
    init(_ error: SQLiteError) {
        self.init(error.isFull ? .full : .unavailable, error.description)
    }
}
