import CSQLite

/// One connection to a database file; used by one thread at a time.
struct SQLiteConnection: ~Copyable {
    private let handle: OpaquePointer

    /// What a connection may do to its file.
    enum Mode: Sendable {
        /// Makes the file where it is missing.
        case readWrite
        /// Sees what others write.
        case read
        /// Takes the file as one that nobody changes: no lock, no log, no file beside it.
        case still
    }

    /// - Parameter busyTimeout: milliseconds to wait for the locks of other processes.
    init(path: String, mode: Mode, busyTimeout: Int32 = 5000) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(Self.name(of: path, in: mode), &handle, Self.flags(of: mode), nil)
        guard code == SQLITE_OK, let handle else {
            let error = SQLiteError(code: code, on: handle)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, busyTimeout)
    }

    // The handle goes when its last statement has gone, in whatever order the owners let go of them.
    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code: code, on: handle) }
    }

    /// - Parameter sql: one statement, used many times.
    func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        try SQLiteStatement(sql, on: handle)
    }

    /// The first column of the first row as an integer; nil: no row.
    func integer(_ sql: String) throws(SQLiteError) -> Int? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The first column of the first row as text; nil: no row.
    func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// A transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How long to wait for the locks of other processes, in milliseconds.
    func setBusyTimeout(_ milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    private static func flags(of mode: Mode) -> Int32 {
        // No mutex inside: one thread at a time is the caller's promise. https://www.sqlite.org/threadsafe.html
        let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        return switch mode {
        case .readWrite: common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .read: common | SQLITE_OPEN_READONLY
        case .still: common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        }
    }

    /// Never `:memory:` and the like: a path is a path.
    private static func name(of path: String, in mode: Mode) -> String {
        let path = path.hasPrefix("/") ? path : "./\(path)"
        switch mode {
        case .readWrite, .read: return path
        case .still:
            let escaped = path.map { "%?#".contains($0) ? percentForm(of: $0) : String($0) }.joined()
            return "file:\(path.hasPrefix("/") ? "//" : "")\(escaped)?immutable=1"
        }
    }

    private static func percentForm(of character: Character) -> String {
        character.utf8.map { "%" + String($0, radix: 16) }.joined()
    }
}
