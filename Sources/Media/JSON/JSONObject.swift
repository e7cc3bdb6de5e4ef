/// The members of a JSON object in their order. Equal when the members are, in whatever order.
package struct JSONObject: Sendable {
    /// A name and its value.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue
    }

    /// In their order.
    package private(set) var members: [Member] = []
    /// Places by key, kept from `indexedCount` members on so that large objects stay linear to build.
    private var places: [String: Int] = [:]

    private static var indexedCount: Int { 12 }

    package init() {}

    /// Of pairs in their order; the last of a repeated key wins, in the place of the first.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (key, value) in pairs { self[key] = value }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// In order.
    package var keys: [String] { members.map(\.key) }

    /// A new key goes to the end; nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let place = place(of: key) {
                members[place].value = newValue
            } else {
                append(key, newValue)
            }
        }
    }

    /// Changes a member where it is, without copying what is in it; nil stands for "absent" before and after.
    @discardableResult
    package mutating func update<Result>(_ key: String, _ change: (inout JSONValue?) -> Result) -> Result {
        let place = place(of: key)
        var value: JSONValue?
        if let place {
            value = members[place].value
            members[place].value = .null
        }
        let result = change(&value)
        if let place, let value {
            members[place].value = value
        } else if let value {
            append(key, value)
        } else if place != nil {
            removeValue(forKey: key)
        }
        return result
    }

    /// Takes a member out; nil when it was not there.
    @discardableResult
    package mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let place = place(of: key) else { return nil }
        let value = members.remove(at: place).value
        if !places.isEmpty { index() }
        return value
    }

    /// Where in `members` a key stands; nil where it is absent.
    package func place(of key: String) -> Int? {
        places.isEmpty ? members.firstIndex { $0.key == key } : places[key]
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        if members.isEmpty { members.reserveCapacity(8) }
        members.append(Member(key: key, value: value))
        if !places.isEmpty {
            places[key] = members.count - 1
        } else if members.count >= Self.indexedCount {
            index()
        }
    }

    private mutating func index() {
        places = [:]
        guard members.count >= Self.indexedCount else { return }
        places.reserveCapacity(members.count)
        for (place, member) in members.enumerated() { places[member.key] = place }
    }
}

extension JSONObject: Sequence {
    /// Walks the members in order.
    package struct Iterator: IteratorProtocol {
        fileprivate var rest: IndexingIterator<[Member]>

        package mutating func next() -> (key: String, value: JSONValue)? {
            rest.next().map { (key: $0.key, value: $0.value) }
        }
    }

    package func makeIterator() -> Iterator { Iterator(rest: members.makeIterator()) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        return left.members == right.members || left.members.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        // A sum does not know the order.
        hasher.combine(members.reduce(0) { $0 &+ $1.hashValue })
    }
}
