import Media
import Synchronization
import Transport

/// Connections that read, as many as there are threads for them: a call never waits for a connection.
final class TaskReaders: Sendable {
    private final class Reader: Sendable {
        let rows: Mutex<TaskRows>

        init(_ rows: consuming sending TaskRows) {
            self.rows = Mutex(rows)
        }
    }

    private let idle: Mutex<[Reader]>
    private let pool: BlockingPool

    /// - Parameter pool: of `threadCount` threads.
    init(of database: TaskDatabase, pool: BlockingPool) throws(TaskStoreOpenError) {
        var readers: [Reader] = []
        for _ in 0..<Self.threadCount {
            let connection = try database.openReader()
            do throws(SQLiteError) {
                readers.append(Reader(try TaskRows(connection)))
            } catch {
                throw TaskStoreOpenError("\(database.path) cannot be read: \(error)")
            }
        }
        idle = Mutex(readers)
        self.pool = pool
    }

    /// Runs `body` on one of the threads, with a connection of its own.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (borrowing TaskRows) throws(SQLiteError) -> Value
    ) async throws(TaskStoreError) -> Value {
        try await pool.run { [self] in
            Result { () throws(TaskStoreError) in try readNow(body) }
        }.get()
    }

    private func readNow<Value: Sendable>(
        _ body: @Sendable (borrowing TaskRows) throws(SQLiteError) -> Value
    ) throws(TaskStoreError) -> Value {
        guard let reader = idle.withLock({ $0.popLast() }) else {
            preconditionFailure("more threads than connections")
        }
        defer { idle.withLock { $0.append(reader) } }
        do throws(SQLiteError) {
            return try reader.rows.withLock { rows throws(SQLiteError) in try body(rows) }
        } catch {
            throw TaskStoreError(error)
        }
    }

    static let threadCount = 2
}
