/// The members of a JSON object in their order. Equal when the members are, in whatever order.
package struct JSONObject: Sendable {
    /// A name and its value.
    package struct Member: Sendable, Hashable {
        package let key: String
        package fileprivate(set) var value: JSONValue
        /// Of the key, in bytes: tells most keys apart without a look at them.
        fileprivate let length: UInt32

        fileprivate init(_ key: consuming String, _ value: consuming JSONValue) {
            length = UInt32(truncatingIfNeeded: key.utf8.count)
            self.key = key
            self.value = value
        }
    }

    /// In their order.
    package private(set) var members: [Member] = []
    /// Places by key, kept from `indexedCount` members on so that large objects stay linear to build; nil below.
    private var places: [Name: Int]?

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
            if let newValue { put(newValue, at: key) } else { removeValue(forKey: key) }
        }
    }

    /// Makes this the value of a key, as the subscript does.
    mutating func put(_ value: consuming JSONValue, at key: consuming String) {
        if let place = place(of: key) {
            members[place].value = value
        } else {
            append(key, value)
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
        if places != nil { index() }
        return value
    }

    /// Where in `members` a key stands; nil where it is absent.
    package func place(of key: String) -> Int? {
        places == nil ? firstPlace(of: key) : places?[Name(text: key)]
    }

    private func firstPlace(of key: String) -> Int? {
        let length = UInt32(truncatingIfNeeded: key.utf8.count)
        for index in members.indices where members[index].length == length && members[index].key == key { return index }
        return nil
    }

    private mutating func append(_ key: consuming String, _ value: consuming JSONValue) {
        if members.isEmpty { members.reserveCapacity(8) }
        members.append(Member(key, value))
        guard members.count >= Self.indexedCount else { return }
        if places == nil { index() } else { places?[Name(text: members[members.count - 1].key)] = members.count - 1 }
    }

    private mutating func index() {
        places = nil
        guard members.count >= Self.indexedCount else { return }
        var found = Dictionary<Name, Int>(minimumCapacity: members.count)
        for (place, member) in members.enumerated() { found[Name(text: member.key)] = place }
        places = found
    }
}

extension JSONObject {
    /// A key to find. Texts of different lengths are different names: what Unicode holds equal, JSON tells apart (RFC 8259 §8.3).
    private struct Name: Hashable {
        let text: String

        static func == (left: Name, right: Name) -> Bool {
            left.text.utf8.count == right.text.utf8.count && left.text == right.text
        }
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
