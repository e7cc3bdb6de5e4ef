/// Values by id; the oldest goes when there are too many.
struct RecentIDs<Value> {
    private let limit: Int
    private var values: [String: Value] = [:]
    /// Oldest first.
    private var order: [String] = []

    init(limit: Int) {
        self.limit = limit
    }

    subscript(id: String) -> Value? { values[id] }

    mutating func insert(_ value: Value, for id: String) {
        if values.updateValue(value, forKey: id) == nil { order.append(id) }
        if order.count > limit { values[order.removeFirst()] = nil }
    }
}
