import HTTP
import Media

extension UsageQuery {
    /// `?from=2026-11-01&to=2026-11-21&group_by=day,model`; left out: this month so far, by day. Other parameters are not looked at.
    /// - Parameter owner: whose usage may be seen; nil: everybody's, and `key` narrows it.
    init(_ query: String?, owner: String?, today: CalendarDay) throws(APIError) {
        let items = QueryItems(query ?? "")
        let last = try UsageQuery.day("to", items) ?? today
        let first = try UsageQuery.day("from", items) ?? min(last, today).firstOfMonth
        guard first <= last else { throw .invalid("from", "Invalid 'from': it is later than 'to'.") }
        guard last.number - first.number < 3660 else { throw .invalid("from", "Invalid 'from': at most ten years can be asked for.") }
        let key = items["key"].flatMap { $0.isEmpty ? nil : $0 }
        self.init(days: first...last, owner: owner ?? key, groups: try UsageQuery.groups(items["group_by"] ?? "day"))
    }

    private static func day(_ name: String, _ items: QueryItems) throws(APIError) -> CalendarDay? {
        guard let text = items[name], !text.isEmpty else { return nil }
        guard let day = CalendarDay(parsing: text) else {
            throw .invalid(name, "Invalid '\(name)': expected a day such as 2026-02-28.")
        }
        return day
    }

    private static func groups(_ text: String) throws(APIError) -> [Group] {
        var groups: [Group] = []
        for word in text.split(separator: ",") {
            guard let group = Group(rawValue: String(word)) else {
                let known = Group.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                throw .invalid("group_by", "Invalid value: '\(word.prefix(64))'. Supported values are: \(known).")
            }
            if !groups.contains(group) { groups.append(group) }
        }
        return groups
    }
}
