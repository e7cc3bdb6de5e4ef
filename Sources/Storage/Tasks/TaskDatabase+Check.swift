import Glibc
import Media

extension TaskDatabase {
    /// What a database says of itself.
    struct Identity: Sendable, Hashable {
        /// `PRAGMA user_version`: steps of the schema that were taken.
        var version: Int
        /// `PRAGMA application_id`.
        var application: Int
        /// Tables, indexes and the like.
        var entries: Int
    }

    /// Looks at what is there, as a reader that cannot change it.
    /// - Returns: the version of its tables; 0: there are none.
    func check() throws(TaskStoreOpenError) -> Int {
        let log = FileStatus(following: "\(path)-wal")?.size ?? 0
        guard let file = FileStatus(following: path), file.size > 0 else {
            if log > 0 { throw orphaned() }
            return 0
        }
        ReadAhead.begin(path, size: file.size)
        let (identity, finding) = try look(isStill: log == 0)
        if let refusal = refusal(of: identity) { throw refusal }
        guard finding == "ok" else { throw damaged(finding) }
        return identity.version
    }

    /// - Parameter isStill: without a log there is nothing to recover, and SQLite need not make files beside the database to read it.
    private func look(isStill: Bool) throws(TaskStoreOpenError) -> (Identity, finding: String) {
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path, mode: isStill ? .still : .read, busyTimeout: 1000)
            let identity = Identity(
                version: try connection.integer("PRAGMA user_version") ?? 0,
                application: try connection.integer("PRAGMA application_id") ?? 0,
                entries: try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0)
            guard refusal(of: identity) == nil else { return (identity, "ok") }
            return (identity, try connection.text("PRAGMA quick_check(1)") ?? "ok")
        } catch {
            throw error.isDamage ? damaged("\(error)") : TaskStoreOpenError("\(path) cannot be read: \(error)")
        }
    }

    /// Why a database is none of ours; nil: it is one.
    func refusal(of identity: Identity) -> TaskStoreOpenError? {
        let isOurs = identity.version == 0 ? identity.entries == 0 : identity.application == TaskSchema.applicationID
        guard isOurs else { return TaskStoreOpenError("\(path) is a database of another program; nothing was changed") }
        guard identity.version > migrations.count else { return nil }
        let known = "its tables have version \(identity.version), this program knows versions up to \(migrations.count)"
        return TaskStoreOpenError("\(path) was written by a newer version: \(known); nothing was changed")
    }

    /// SQLite would begin a new database, and throw the log away.
    private func orphaned() -> TaskStoreOpenError {
        TaskStoreOpenError("\(path) is missing or empty, but \(path)-wal is a part of it: \(Self.advice); nothing was changed")
    }

    private func damaged(_ finding: String) -> TaskStoreOpenError {
        // Its first line may only name the database: "*** in database main ***".
        let line = finding.split(separator: "\n").last.map(String.init) ?? finding
        return TaskStoreOpenError("\(path) is damaged or no database: \(line); \(Self.advice); nothing was changed")
    }

    private static let advice = "restore a backup, or move the database and its -wal away to begin without tasks"
}
