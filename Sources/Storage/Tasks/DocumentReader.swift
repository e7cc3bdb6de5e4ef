import Media

/// Why a document is not one of ours; quotes nothing of it.
struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `order.request.count`.
    var path: String
    var message: String

    var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Takes an object apart, strictly: a member of the wrong kind, a missing one and one too many are errors.
struct DocumentReader {
    private let object: JSONObject
    private let path: String
    private var taken = 0

    init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    mutating func string(_ key: String) throws(DocumentError) -> String { try required(optionalString(key), key) }
    mutating func integer(_ key: String) throws(DocumentError) -> Int { try required(optionalInteger(key), key) }

    mutating func optionalString(_ key: String) throws(DocumentError) -> String? { try optional(key) { $0.string } }

    mutating func optionalInteger(_ key: String) throws(DocumentError) -> Int? {
        try optional(key) { if case .integer(let value) = $0 { value } else { nil } }
    }

    mutating func optionalNumber(_ key: String) throws(DocumentError) -> Double? { try optional(key) { $0.double } }
    mutating func optionalObject(_ key: String) throws(DocumentError) -> JSONObject? { try optional(key) { $0.object } }

    /// false when it is not there.
    mutating func flag(_ key: String) throws(DocumentError) -> Bool { try optional(key) { $0.bool } ?? false }

    mutating func optionalBool(_ key: String) throws(DocumentError) -> Bool? { try optional(key) { $0.bool } }

    /// Written in nanoseconds.
    mutating func optionalDuration(_ key: String) throws(DocumentError) -> Duration? {
        try optionalInteger(key).map { .nanoseconds($0) }
    }

    mutating func strings(_ key: String) throws(DocumentError) -> [String] {
        try optional(key) { value in
            guard let elements = value.array else { return nil }
            let texts = elements.compactMap(\.string)
            return texts.count == elements.count ? texts : nil
        } ?? []
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ key: String) throws(DocumentError) -> Choice {
        try required(optionalChoice(key), key)
    }

    mutating func optionalChoice<Choice: RawRepresentable<String>>(_ key: String) throws(DocumentError) -> Choice? {
        try optional(key) { $0.string.flatMap(Choice.init(rawValue:)) }
    }

    /// An object inside.
    mutating func value<Value>(
        _ key: String, _ make: (inout DocumentReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value {
        try required(optionalValue(key, make), key)
    }

    mutating func optionalValue<Value>(
        _ key: String, _ make: (inout DocumentReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value? {
        guard let inner = try optionalObject(key) else { return nil }
        return try Self.read(inner, path: path(to: key), make)
    }

    /// The objects of an array; none when it is not there.
    mutating func list<Value>(
        _ key: String, _ make: (inout DocumentReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> [Value] {
        guard let elements = try optional(key, { $0.array }) else { return [] }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            let path = "\(path(to: key))[\(index)]"
            guard let object = element.object else { throw DocumentError(path: path, message: "is no object") }
            values.append(try Self.read(object, path: path, make))
        }
        return values
    }

    /// A whole object, with nothing left in it.
    static func read<Value>(
        _ object: JSONObject, path: String = "", _ make: (inout DocumentReader) throws(DocumentError) -> Value
    ) throws(DocumentError) -> Value {
        var reader = DocumentReader(object, path: path)
        let value = try make(&reader)
        guard reader.taken == object.count else { throw DocumentError(path: path, message: "has members that are not known") }
        return value
    }

    /// An error at a member.
    func error(_ key: String, _ message: String) -> DocumentError { DocumentError(path: path(to: key), message: message) }

    private mutating func optional<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws(DocumentError) -> Value? {
        guard let member = object[key] else { return nil }
        taken += 1
        guard let value = read(member) else { throw error(key, "is of the wrong kind") }
        return value
    }

    private func required<Value>(_ value: Value?, _ key: String) throws(DocumentError) -> Value {
        guard let value else { throw error(key, "is missing") }
        return value
    }

    private func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
