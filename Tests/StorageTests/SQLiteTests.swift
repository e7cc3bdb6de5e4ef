import Media
import Testing

@testable import Storage

@Suite struct SQLiteTests {
    private let folder = TaskFolder()

    private func connection() throws -> SQLiteConnection {
        try folder.write([])
        return try SQLiteConnection(path: folder.database, mode: .readWrite)
    }

    @Test func `values come back as they went in`() throws {
        let connection = try connection()
        try connection.execute("CREATE TABLE t (a, b TEXT, c TEXT, d, e)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)")
        try insert.run([.integer(.min), .text("a\u{0}\u{1F98A}"), .utf8([]), .null, SQLiteValue(nil as Int?)])
        let changes = connection.changes
        #expect(changes == 1)
        let select = try connection.prepare("SELECT * FROM t")
        #expect(try select.step())
        #expect(select.integer(0) == .min)
        #expect(select.text(1) == "a\u{0}\u{1F98A}")
        #expect(select.text(2) == "")
        #expect(select.text(3) == nil && select.isNull(4))
        #expect(try !select.step())
    }

    @Test func `errors carry the names that SQLite gives them`() throws {
        let connection = try connection()
        try connection.execute("CREATE TABLE t (id TEXT PRIMARY KEY) STRICT; INSERT INTO t VALUES ('secret')")
        let error = #expect(throws: SQLiteError.self) { try connection.execute("INSERT INTO t VALUES ('secret')") }
        #expect(error?.isConstraint == true)
        #expect(error?.description == "SQLITE_CONSTRAINT 1555: UNIQUE constraint failed: t.id")
        let unknown = #expect(throws: SQLiteError.self) { _ = try connection.prepare("SELECT * FROM missing") }
        #expect(unknown?.description == "SQLITE_ERROR 1: no such table: missing")
        let missing = #expect(throws: SQLiteError.self) { _ = try SQLiteConnection(path: "/nothing/here.db", mode: .read) }
        #expect(missing?.description.hasPrefix("SQLITE_CANTOPEN 14") == true)
    }

    static let failures: [(code: Int32, systemError: Int32, isFull: Bool)] = [
        (13, 0, true), (10 | 3 << 8, 28, true), (10 | 19 << 8, 122, true), (10, 5, false), (5, 28, false),
    ]

    @Test(arguments: failures)
    func `no space is told from other failures`(code: Int32, systemError: Int32, isFull: Bool) {
        let error = SQLiteError(code: code, systemError: systemError, message: "m")
        #expect(error.isFull == isFull)
        #expect(TaskStoreError(error).kind == (isFull ? .full : .unavailable))
    }

    @Test func `a reader cannot write and a connection sees its transaction`() throws {
        let writer = try connection()
        try writer.execute("CREATE TABLE t (x); BEGIN")
        let during = writer.isInTransaction
        try writer.execute("COMMIT")
        let after = writer.isInTransaction
        #expect(during && !after)
        for mode in [SQLiteConnection.Mode.read, .still] {
            let reader = try SQLiteConnection(path: folder.database, mode: mode)
            let error = #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (1)") }
            #expect(error?.description.hasPrefix("SQLITE_READONLY") == true)
            #expect(try reader.integer("SELECT count(*) FROM t") == 0)
        }
    }
}
