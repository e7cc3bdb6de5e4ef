import CSQLite

/// A value that goes into a statement.
enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int)
    case text(String)
    /// UTF-8, kept as text.
    case utf8([UInt8])

    init(_ integer: Int?) { self = integer.map(SQLiteValue.integer) ?? .null }
    init(text: String?) { self = text.map(SQLiteValue.text) ?? .null }
}

/// A prepared statement. Columns count from 0.
struct SQLiteStatement: ~Copyable {
    private let handle: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code: code, on: connection) }
        guard let handle else { throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement") }
        self.handle = handle
    }

    deinit { sqlite3_finalize(handle) }

    /// Ready to step from the start, with these values in the places of `?1`, `?2`...
    func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        reset()
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw SQLiteError(code: code, on: sqlite3_db_handle(handle)) }
        }
    }

    /// true: there is a row to look at.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = SQLiteError(code: code, on: sqlite3_db_handle(handle))
            sqlite3_reset(handle)
            throw error
        }
    }

    /// A statement without rows, from start to end.
    func run(_ values: [SQLiteValue] = []) throws(SQLiteError) {
        try bind(values)
        _ = try step()
        reset()
    }

    /// Lets go of the rows: a statement left in the middle holds its snapshot of the database.
    func reset() { sqlite3_reset(handle) }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

    /// nil: NULL.
    func text(_ column: Int32) -> String? {
        isNull(column) ? nil : String(decoding: bytes(column), as: UTF8.self)
    }

    /// The bytes of a text.
    func bytes(_ column: Int32) -> [UInt8] {
        // The pointer comes first: the count is that of the form it has asked for.
        guard let start = sqlite3_column_text(handle, column) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    private func bind(_ value: SQLiteValue, at place: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, place)
        case .integer(let number): return sqlite3_bind_int64(handle, place, Int64(number))
        case .text(let text): return bind(Array(text.utf8), at: place)
        case .utf8(let bytes): return bind(bytes, at: place)
        }
    }

    private func bind(_ bytes: [UInt8], at place: Int32) -> Int32 {
        // SQLITE_TRANSIENT, a macro that Swift does not see: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        // An empty array may have no address, and NULL would not be an empty text.
        if bytes.isEmpty { return sqlite3_bind_text64(handle, place, "", 0, transient, UInt8(SQLITE_UTF8)) }
        return bytes.withUnsafeBytes { raw in
            sqlite3_bind_text64(
                handle, place, raw.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(raw.count), transient, UInt8(SQLITE_UTF8))
        }
    }
}
