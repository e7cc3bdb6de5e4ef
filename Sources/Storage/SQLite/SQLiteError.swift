import CSQLite
import Glibc

/// What SQLite says went wrong, under its own name.
struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An extended result code: https://www.sqlite.org/rescode.html
    var code: Int32
    /// `errno` of the last system call that failed; 0: none.
    var systemError: Int32
    /// SQLite's words; they quote names of tables, never values.
    var message: String

    init(code: Int32, systemError: Int32 = 0, message: String) {
        self.code = code
        self.systemError = systemError
        self.message = message
    }

    /// The last failure on a connection.
    init(code: Int32, on handle: OpaquePointer?) {
        self.code = code
        systemError = handle.map { sqlite3_system_errno($0) } ?? 0
        message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
    }

    /// Without its details.
    var primaryCode: Int32 { code & 0xFF }

    /// There is no space left, by SQLite's words or by the system's.
    var isFull: Bool {
        primaryCode == SQLITE_FULL || primaryCode == SQLITE_IOERR && (systemError == ENOSPC || systemError == EDQUOT)
    }

    /// Another program holds the file.
    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// A rule of the tables was broken; the connection is as good as before.
    var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// The file is not what SQLite writes, or not any more.
    var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// `SQLITE_FULL: database or disk is full`.
    var description: String {
        let cause = systemError == 0 ? "" : " (\(String(cString: strerror(systemError))))"
        return "\(Self.names[primaryCode] ?? "SQLite error") \(code): \(message)\(cause)"
    }

    private static let names: [Int32: String] = [
        SQLITE_ERROR: "SQLITE_ERROR", SQLITE_INTERNAL: "SQLITE_INTERNAL", SQLITE_PERM: "SQLITE_PERM", SQLITE_ABORT: "SQLITE_ABORT",
        SQLITE_BUSY: "SQLITE_BUSY", SQLITE_LOCKED: "SQLITE_LOCKED", SQLITE_NOMEM: "SQLITE_NOMEM", SQLITE_READONLY: "SQLITE_READONLY",
        SQLITE_INTERRUPT: "SQLITE_INTERRUPT", SQLITE_IOERR: "SQLITE_IOERR", SQLITE_CORRUPT: "SQLITE_CORRUPT",
        SQLITE_NOTFOUND: "SQLITE_NOTFOUND", SQLITE_FULL: "SQLITE_FULL", SQLITE_CANTOPEN: "SQLITE_CANTOPEN",
        SQLITE_PROTOCOL: "SQLITE_PROTOCOL", SQLITE_SCHEMA: "SQLITE_SCHEMA", SQLITE_TOOBIG: "SQLITE_TOOBIG",
        SQLITE_CONSTRAINT: "SQLITE_CONSTRAINT", SQLITE_MISMATCH: "SQLITE_MISMATCH", SQLITE_MISUSE: "SQLITE_MISUSE",
        SQLITE_NOLFS: "SQLITE_NOLFS", SQLITE_AUTH: "SQLITE_AUTH", SQLITE_RANGE: "SQLITE_RANGE", SQLITE_NOTADB: "SQLITE_NOTADB",
    ]
}
