import Media

/// The table of what was used.
enum UsageRows {
    /// Numbers are added to those that are there, and stay at the largest that there are.
    static let add = """
        INSERT INTO usage (day, owner, model, provider, attempts, failures, images, video_milliseconds, cost, assumed_cost)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (day, owner, model, provider) DO UPDATE SET
            attempts = attempts + excluded.attempts, failures = failures + excluded.failures, images = images + excluded.images,
            video_milliseconds = video_milliseconds + excluded.video_milliseconds,
            cost = min(cost, 4000000000000000000) + min(excluded.cost, 4000000000000000000),
            assumed_cost = min(assumed_cost, 4000000000000000000) + min(excluded.assumed_cost, 4000000000000000000)
        """

    static func columns(of key: UsageKey, _ usage: Usage) -> [SQLiteValue] {
        [
            .integer(key.day.number), .text(key.owner), .text(key.model), .text(key.provider), .integer(usage.attempts),
            .integer(usage.failures), .integer(usage.images), .integer(usage.videoMilliseconds), .integer(usage.cost.units),
            .integer(usage.assumedCost.units),
        ]
    }

    static func rows(
        _ query: UsageQuery, limit: Int, _ connection: borrowing SQLiteConnection
    ) throws(SQLiteError) -> [UsageRow] {
        let names = query.groups.map(column)
        let list = names.joined(separator: ", ")
        let statement = try connection.prepare(
            """
            SELECT total(attempts), total(failures), total(images), total(video_milliseconds), total(cost), total(assumed_cost)
            \(names.isEmpty ? "" : ", \(list)")
            FROM usage WHERE day BETWEEN ?1 AND ?2 \(query.owner == nil ? "" : "AND owner = ?4")
            \(names.isEmpty ? "" : "GROUP BY \(list) ORDER BY \(list)") LIMIT ?3
            """)
        let values: [SQLiteValue] = [
            .integer(query.days.lowerBound.number), .integer(query.days.upperBound.number), .integer(limit),
        ]
        try statement.bind(values + (query.owner.map { [.text($0)] } ?? []))
        var rows: [UsageRow] = []
        while try statement.step() { rows.append(row(of: statement, query.groups)) }
        return rows
    }

    private static func row(of statement: borrowing SQLiteStatement, _ groups: [UsageQuery.Group]) -> UsageRow {
        var usage = Usage()
        usage.attempts = statement.integer(0)
        usage.failures = statement.integer(1)
        usage.images = statement.integer(2)
        usage.videoMilliseconds = statement.integer(3)
        usage.cost = Amount(units: statement.integer(4))
        usage.assumedCost = Amount(units: statement.integer(5))
        var values: [String] = []
        for (index, group) in groups.enumerated() {
            let column = Int32(6 + index)
            values.append(group == .day ? CalendarDay(number: statement.integer(column)).description : statement.text(column) ?? "")
        }
        return UsageRow(values: values, usage: usage)
    }

    private static func column(_ group: UsageQuery.Group) -> String {
        switch group {
        case .day: "day"
        case .model: "model"
        case .provider: "provider"
        case .owner: "owner"
        }
    }
}
