import Media
import Transport

/// The tables as the one connection that writes sees them.
struct TaskTables: ~Copyable {
    private let findClaim: SQLiteStatement
    private let insertTask: SQLiteStatement
    private let insertClaim: SQLiteStatement
    private let updateTask: SQLiteStatement
    private let deleteTask: SQLiteStatement
    private let deleteClaim: SQLiteStatement
    private let insertEvent: SQLiteStatement
    private let updateEvent: SQLiteStatement
    private let deleteEvent: SQLiteStatement
    private let addUsage: SQLiteStatement
    private let deleteUsage: SQLiteStatement
    let connection: SQLiteConnection
}

extension TaskTables {
    init(_ connection: consuming SQLiteConnection) throws(SQLiteError) {
        self.init(
            findClaim: try connection.prepare(
                """
                SELECT claims.fingerprint, claims.made_at, tasks.document FROM claims JOIN tasks ON tasks.id = claims.task_id
                WHERE claims.owner = ?1 AND claims.key = ?2 AND (tasks.is_final = 0 OR ?3 - claims.made_at <= ?4)
                """),
            insertTask: try connection.prepare(
                """
                INSERT INTO tasks
                (id, owner, kind, model, status, is_final, created_at, started_at, completed_at, expires_at, version, document)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """),
            insertClaim: try connection.prepare(
                "INSERT OR REPLACE INTO claims (owner, key, fingerprint, task_id, made_at) VALUES (?1, ?2, ?3, ?4, ?5)"),
            updateTask: try connection.prepare(
                """
                UPDATE tasks SET owner = ?2, kind = ?3, model = ?4, status = ?5, is_final = ?6, created_at = ?7, started_at = ?8,
                completed_at = ?9, expires_at = ?10, version = ?11, document = ?12 WHERE id = ?1 AND version = ?11 - 1
                """),
            deleteTask: try connection.prepare("DELETE FROM tasks WHERE id = ?1"),
            deleteClaim: try connection.prepare("DELETE FROM claims WHERE task_id = ?1"),
            insertEvent: try connection.prepare(
                "INSERT OR REPLACE INTO outbox (id, owner, url, body, attempts, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
            updateEvent: try connection.prepare(
                "UPDATE outbox SET owner = ?2, url = ?3, body = ?4, attempts = ?5, due_at = ?6 WHERE id = ?1"),
            deleteEvent: try connection.prepare("DELETE FROM outbox WHERE id = ?1"),
            addUsage: try connection.prepare(UsageRows.add),
            deleteUsage: try connection.prepare("DELETE FROM usage WHERE day < ?1"),
            connection: connection)
    }

    /// One write, inside a transaction.
    func perform(_ write: TaskWrite) throws(SQLiteError) -> TaskWriteOutcome {
        switch write {
        case .insert(let task, let claim): return try insert(task, claim)
        case .find(let claim): return try holder(of: claim) ?? .nothing
        case .save(let task, let event): return try save(task, event)
        case .delete(let id): try deleteTask.run([.text(id)])
        case .releaseClaim(let id): try deleteClaim.run([.text(id)])
        case .updateEvent(let event): try updateEvent.run(Self.columns(of: event))
        case .removeEvent(let id): try deleteEvent.run([.text(id)])
        case .addUsage(let entries): for entry in entries { try addUsage.run(UsageRows.columns(of: entry.key, entry.usage)) }
        case .removeUsage(let day): try deleteUsage.run([.integer(day.number)])
        }
        return connection.changes > 0 ? .done : .nothing
    }

    private func insert(_ task: GenerationTask, _ claim: IdempotencyClaim?) throws(SQLiteError) -> TaskWriteOutcome {
        if let claim, let holder = try holder(of: claim) { return holder }
        FailPoint.reach(.insertBefore)
        try insertTask.run(Self.columns(of: task))
        FailPoint.reach(.insertAfter)
        if let claim {
            let values: [SQLiteValue] = [.text(claim.owner), .text(claim.key), .text(claim.fingerprint), .text(task.id)]
            try insertClaim.run(values + [.integer(claim.madeAt)])
        }
        return .done
    }

    private func holder(of claim: IdempotencyClaim) throws(SQLiteError) -> TaskWriteOutcome? {
        let lifetime = IdempotencyClaim.lifetime
        try findClaim.bind([.text(claim.owner), .text(claim.key), .integer(claim.madeAt), .integer(lifetime)])
        defer { findClaim.reset() }
        guard try findClaim.step() else { return nil }
        var holder = claim
        holder.fingerprint = findClaim.text(0) ?? ""
        holder.madeAt = findClaim.integer(1)
        return .claimed(findClaim.bytes(2), holder)
    }

    private func save(_ task: GenerationTask, _ event: WebhookEvent?) throws(SQLiteError) -> TaskWriteOutcome {
        var next = task
        next.version += 1
        try updateTask.run(Self.columns(of: next))
        guard connection.changes > 0 else { return .nothing }
        if let event { try insertEvent.run(Self.columns(of: event)) }
        return .done
    }

    private static func columns(of task: GenerationTask) -> [SQLiteValue] {
        [
            .text(task.id), .text(task.owner), .text(task.kind.rawValue), .text(task.order.request.model), .text(task.status.rawValue),
            .integer(task.phase.isFinal ? 1 : 0), .integer(task.createdAt), SQLiteValue(task.startedAt), SQLiteValue(task.completedAt),
            .integer(task.expiresAt), .integer(task.version), .utf8(TaskDocument.bytes(of: task)),
        ]
    }

    private static func columns(of event: WebhookEvent) -> [SQLiteValue] {
        [.text(event.id), .text(event.owner), .text(event.url), .text(event.body), .integer(event.attempts), .integer(event.dueAt)]
    }
}
