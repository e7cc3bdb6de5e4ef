import Media

/// The tables as one of the connections that read sees them.
struct TaskRows: ~Copyable {
    private let byID: SQLiteStatement
    private let place: SQLiteStatement
    private let connection: SQLiteConnection

    /// A row whose document is kept as it is.
    struct Row: Sendable {
        let id: String
        let document: [UInt8]
    }
}

extension TaskRows {
    init(_ connection: consuming SQLiteConnection) throws(SQLiteError) {
        self.init(
            byID: try connection.prepare("SELECT id, document FROM tasks WHERE id = ?1"),
            place: try connection.prepare("SELECT seq FROM tasks WHERE id = ?1 AND (?2 IS NULL OR owner = ?2)"),
            connection: connection)
    }

    func row(_ id: String) throws(SQLiteError) -> Row? {
        try byID.bind([.text(id)])
        defer { byID.reset() }
        return try byID.step() ? Self.row(of: byID) : nil
    }

    /// Where a task stands in the order of creation; nil: it is not there, or not this owner's.
    func place(of id: String, owner: String?) throws(SQLiteError) -> Int? {
        try place.bind([.text(id), SQLiteValue(text: owner)])
        defer { place.reset() }
        return try place.step() ? place.integer(0) : nil
    }

    /// The rows of a query, until `take` has enough.
    /// - Parameter place: `seq` of the last row before the page.
    func list(_ query: TaskQuery, after place: Int?, _ take: (Row) -> Bool) throws(SQLiteError) {
        let owner = query.owner == nil ? "" : "AND owner = ?2"
        let kind = query.kind == nil ? "" : "AND kind = ?3"
        let (side, order) = query.oldestFirst ? (">", "ASC") : ("<", "DESC")
        let start = place ?? (query.oldestFirst ? Int.min : Int.max)
        let statement = try connection.prepare(
            "SELECT id, document FROM tasks WHERE seq \(side) ?1 \(owner) \(kind) ORDER BY seq \(order)")
        let values: [SQLiteValue] = [.integer(start), SQLiteValue(text: query.owner), SQLiteValue(text: query.kind?.rawValue)]
        // A value too many is an error of SQLite's.
        try each(statement, Array(values.prefix(query.kind != nil ? 3 : query.owner != nil ? 2 : 1)), take)
    }

    func unfinished(_ take: (Row) -> Bool) throws(SQLiteError) {
        let statement = try connection.prepare(
            "SELECT id, document FROM tasks INDEXED BY tasks_unfinished WHERE is_final = 0 ORDER BY seq")
        try each(statement, [], take)
    }

    func expired(at time: Int, _ take: (Row) -> Bool) throws(SQLiteError) {
        let statement = try connection.prepare(
            """
            SELECT id, document FROM tasks INDEXED BY tasks_expiring WHERE is_final = 1 AND expires_at <= ?1
            ORDER BY expires_at, seq
            """)
        try each(statement, [.integer(time)], take)
    }

    func durations(limit: Int) throws(SQLiteError) -> [TaskDuration] {
        let statement = try connection.prepare(
            """
            SELECT model, completed_at - started_at FROM tasks INDEXED BY tasks_durations
            WHERE status = 'completed' AND completed_at > 0 AND started_at IS NOT NULL ORDER BY completed_at DESC, seq DESC LIMIT ?1
            """)
        try statement.bind([.integer(limit)])
        var durations: [TaskDuration] = []
        while try statement.step() {
            durations.append(TaskDuration(model: statement.text(0) ?? "", seconds: max(0, statement.integer(1))))
        }
        return durations
    }

    func events(dueAt time: Int, limit: Int) throws(SQLiteError) -> [WebhookEvent] {
        let due = try events(where: "due_at <= ?1", time, limit)
        guard due.count < limit else { return due }
        let farthest = min(time, Int.max - WebhookEvent.longestWait) + WebhookEvent.longestWait
        return due + (try events(where: "due_at > ?1", farthest, limit - due.count))
    }

    func usage(_ query: UsageQuery, limit: Int) throws(SQLiteError) -> [UsageRow] {
        try UsageRows.rows(query, limit: limit, connection)
    }

    private func events(where condition: String, _ time: Int, _ limit: Int) throws(SQLiteError) -> [WebhookEvent] {
        let statement = try connection.prepare(
            "SELECT id, owner, url, body, attempts, due_at FROM outbox WHERE \(condition) ORDER BY due_at, rowid LIMIT ?2")
        try statement.bind([.integer(time), .integer(limit)])
        var events: [WebhookEvent] = []
        while try statement.step() {
            events.append(
                WebhookEvent(
                    id: statement.text(0) ?? "", owner: statement.text(1) ?? "", url: statement.text(2) ?? "",
                    body: statement.text(3) ?? "", attempts: statement.integer(4), dueAt: statement.integer(5)))
        }
        return events
    }

    private func each(_ statement: borrowing SQLiteStatement, _ values: [SQLiteValue], _ take: (Row) -> Bool) throws(SQLiteError) {
        try statement.bind(values)
        while try statement.step() {
            if !take(Self.row(of: statement)) { return statement.reset() }
        }
    }

    private static func row(of statement: borrowing SQLiteStatement) -> Row {
        Row(id: statement.text(0) ?? "", document: statement.bytes(1))
    }
}
