package import Media

extension SQLiteTaskStore: UsageStore {
    package func add(_ usage: [(key: UsageKey, usage: Usage)]) async throws(TaskStoreError) {
        _ = try await writer.perform(.addUsage(usage))
    }

    package func usage(_ query: UsageQuery, limit: Int) async throws(TaskStoreError) -> [UsageRow] {
        try await readers.read { rows throws(SQLiteError) in try rows.usage(query, limit: limit) }
    }

    package func removeUsage(before day: CalendarDay) async throws(TaskStoreError) {
        _ = try await writer.perform(.removeUsage(before: day))
    }
}
