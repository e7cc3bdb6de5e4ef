import HTTP
import Media

/// Which page of a list is asked for: `?limit=20&order=desc&after=ID&owner=KEY`. Other parameters are not looked at.
struct ListQuery: Sendable, Hashable {
    /// 0 to 100; 0 asks for an empty page.
    var limit = 20
    var isOldestFirst = false
    /// The id that the page before ended with.
    var after: String?
    /// The name of a key whose tasks are asked for; lists of a single key do not look at it.
    var owner: String?

    private static let limits = 0...100

    init(_ query: String?) throws(APIError) {
        guard let query else { return }
        let items = QueryItems(query)
        if let text = items["limit"], !text.isEmpty { limit = try ListQuery.limit(text) }
        if let text = items["order"], !text.isEmpty { isOldestFirst = try ListQuery.isAscending(text) }
        after = items["after"].flatMap { $0.isEmpty ? nil : $0 }
        owner = items["owner"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Asks the store; an empty page needs one row to tell whether there is more.
    /// - Parameter owner: nil: everybody.
    func taskQuery(owner: String?, kind: GenerationTask.Kind?) -> TaskQuery {
        TaskQuery(owner: owner, kind: kind, after: after, limit: max(limit, 1), oldestFirst: isOldestFirst)
    }

    private static func limit(_ text: String) throws(APIError) -> Int {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard text.utf8.allSatisfy(digits.contains) else {
            throw .invalid("limit", "Invalid type for 'limit': expected an integer.", code: "invalid_type")
        }
        guard let number = Int(text), limits.contains(number) else {
            throw .invalid(
                "limit", "Invalid 'limit': expected \(limits.lowerBound) to \(limits.upperBound).", code: "integer_above_max_value")
        }
        return number
    }

    private static func isAscending(_ text: String) throws(APIError) -> Bool {
        guard let isAscending = ["asc": true, "desc": false][text.lowercased()] else {
            throw .invalid("order", "Invalid value: '\(text.prefix(64))'. Supported values are: 'asc', 'desc'.")
        }
        return isAscending
    }
}
