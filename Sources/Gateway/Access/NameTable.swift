/// Values by name. They are mostly few: to look through those is faster than to hash a name.
struct NameTable<Value: Sendable>: Sendable {
    private(set) var names: [String] = []
    /// In the order of the names.
    var values: [Value] = []
    /// Kept from `indexedCount` names on.
    private var places: [String: Int] = [:]

    private static var indexedCount: Int { 12 }

    var count: Int { names.count }

    /// Where a name stands; nil where it is absent.
    func place(of name: String) -> Int? {
        guard names.count < Self.indexedCount else { return places[name] }
        for place in names.indices where names[place] == name { return place }
        return nil
    }

    /// Where a name stands, with this value if it is new.
    mutating func place(of name: String, orNew value: @autoclosure () -> Value) -> Int {
        if let place = place(of: name) { return place }
        names.append(name)
        values.append(value())
        if names.count > Self.indexedCount {
            places[name] = names.count - 1
        } else if names.count == Self.indexedCount {
            for (place, name) in names.enumerated() { places[name] = place }
        }
        return names.count - 1
    }

    /// Forgets the others; those that are kept may stand elsewhere then.
    mutating func keep(where isKept: (String, Value) -> Bool) {
        var kept = NameTable()
        for place in names.indices where isKept(names[place], values[place]) {
            _ = kept.place(of: names[place], orNew: values[place])
        }
        self = kept
    }
}
