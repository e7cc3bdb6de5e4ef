import Media
import Transport

extension TaskTables {
    typealias WriteResult = Result<TaskWriteOutcome, SQLiteError>

    /// Many writes in one transaction; each stands for itself, but all of them fail when the transaction does.
    func perform(_ writes: [TaskWrite]) -> [WriteResult] {
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            var results: [WriteResult] = []
            results.reserveCapacity(writes.count)
            for write in writes { results.append(try performAlone(write)) }
            try connection.execute("COMMIT")
            FailPoint.reach(.committed)
            return results
        } catch {
            // SQLite has rolled back by itself where it had to.
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            return writes.map { _ in .failure(error) }
        }
    }

    /// A write that breaks a rule of the tables leaves no trace; any other failure is the whole transaction's.
    private func performAlone(_ write: TaskWrite) throws(SQLiteError) -> WriteResult {
        try connection.execute("SAVEPOINT one")
        do throws(SQLiteError) {
            let outcome = try perform(write)
            try connection.execute("RELEASE one")
            return .success(outcome)
        } catch {
            guard error.isConstraint, connection.isInTransaction else { throw error }
            try connection.execute("ROLLBACK TO one; RELEASE one")
            return .failure(error)
        }
    }
}
