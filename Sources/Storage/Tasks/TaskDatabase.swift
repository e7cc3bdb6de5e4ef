import Glibc
import Media

/// Opens the database of tasks: looks first, and changes nothing that it does not know. Blocks.
struct TaskDatabase {
    let path: String
    var migrations = TaskSchema.migrations
    /// Pages in the log at which it is written back into the file.
    var checkpointPages = 1000

    /// Makes the folder and takes the lock; nobody else may work with this database until it is let go.
    func lock() throws(TaskStoreOpenError) -> FileLock {
        do throws(MediaStoreError) {
            try Folder.make(folder)
        } catch {
            throw TaskStoreOpenError("\(folder) cannot be made: \(error.message)")
        }
        let lockPath = "\(path).lock"
        do throws(FileLock.Refusal) {
            return try FileLock(path: lockPath)
        } catch {
            switch error {
            case .held(let holder):
                let who = holder.map { "process \($0)" } ?? "another process"
                throw TaskStoreOpenError("\(path) is in use by \(who), which holds the lock \(lockPath)")
            case .system(let code): throw TaskStoreOpenError("\(lockPath) cannot be locked: \(String(cString: strerror(code)))")
            }
        }
    }

    /// The connection that writes, on tables of the newest version.
    func open() throws(TaskStoreOpenError) -> SQLiteConnection {
        let version = try check()
        do throws(SQLiteError) {
            try create()
            // A lock that somebody holds by hand is told soon, not waited for.
            let connection = try SQLiteConnection(path: path, mode: .readWrite, busyTimeout: 1000)
            guard try connection.text("PRAGMA journal_mode = WAL") == "wal" else {
                throw SQLiteError(code: 1, message: "this file system cannot hold a write-ahead log")
            }
            try connection.execute(writerSettings)
            for step in version..<migrations.count { try migrate(connection, from: step) }
            connection.setBusyTimeout(5000)
            return connection
        } catch {
            throw TaskStoreOpenError("\(path) cannot be opened: \(error)")
        }
    }

    /// A connection for one thread that reads.
    func openReader() throws(TaskStoreOpenError) -> SQLiteConnection {
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path, mode: .read)
            try connection.execute("PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY")
            return connection
        } catch {
            throw TaskStoreOpenError("\(path) cannot be opened: \(error)")
        }
    }

    /// An acknowledged row survives a power cut: the log is synced at every commit. The log is cut to 16 MiB when a burst has made
    /// it longer.
    private var writerSettings: String {
        """
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA mmap_size = 0;
        PRAGMA wal_autocheckpoint = \(checkpointPages);
        PRAGMA journal_size_limit = 16777216;
        """
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// For this user alone; SQLite gives its other files the same rights.
    private func create() throws(SQLiteError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SQLiteError(code: 14, systemError: errno, message: "the file cannot be made or written") }
        close(descriptor)
        // Its name outlives a power cut, like its rows.
        do throws(MediaStoreError) {
            try Folder.sync(folder)
        } catch {
            throw SQLiteError(code: 10, message: error.message)
        }
    }

    private func migrate(_ connection: borrowing SQLiteConnection, from version: Int) throws(SQLiteError) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            try connection.execute(migrations[version])
            try connection.execute("PRAGMA application_id = \(TaskSchema.applicationID); PRAGMA user_version = \(version + 1); COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}
