import Media

/// Takes known fields out of a request, strictly typed; what is left are extras.
struct FieldReader {
    private let fields: JSONObject
    /// A bit for each of the first 64 places among the fields.
    private var taken: UInt64 = 0
    /// Places beyond.
    private var takenBeyond: Set<Int> = []
    /// A bit for each length of a name, counted around 64: it tells that a field is absent without a comparison.
    private let lengths: UInt64
    /// A multipart form: numbers and booleans are read from text.
    let isText: Bool
    /// How the fields are named in errors: `provider.` before those of an object in the request.
    private let prefix: String

    init(_ fields: JSONObject, isText: Bool, prefix: String = "") {
        self.fields = fields
        var lengths: UInt64 = 0
        for index in fields.members.indices { lengths |= Self.length(of: fields.members[index].key) }
        self.lengths = lengths
        self.isText = isText
        self.prefix = prefix
    }

    /// What nobody has taken and says something: null is as good as absent.
    var extras: JSONObject {
        var extras = JSONObject()
        for index in fields.members.indices where !isTaken(index) && !fields.members[index].value.isNull {
            extras[fields.members[index].key] = fields.members[index].value
        }
        return extras
    }

    /// nil when absent or null.
    mutating func take(_ field: String) -> JSONValue? {
        guard lengths & Self.length(of: field) != 0, let place = fields.place(of: field), !isTaken(place) else { return nil }
        if place < 64 { taken |= 1 << UInt64(place) } else { takenBeyond.insert(place) }
        let value = fields.members[place].value
        if value.isNull || isText && value.string == "" { return nil }
        return value
    }

    private func isTaken(_ place: Int) -> Bool {
        place < 64 ? taken & 1 << UInt64(place) != 0 : takenBeyond.contains(place)
    }

    private static func length(of name: String) -> UInt64 { 1 << UInt64(name.utf8.count & 63) }

    mutating func string(_ field: String) throws(APIError) -> String? {
        guard let value = take(field) else { return nil }
        guard let text = value.string else { throw wrongType(field, "a string") }
        return text
    }

    mutating func integer(_ field: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = take(field) else { return nil }
        guard let number = isText ? value.string.flatMap({ Int($0) }) : strictInteger(value) else { throw wrongType(field, "an integer") }
        return try checked(number, field, in: range)
    }

    /// Whole seconds. OpenAI's own type for them is text, so that both are taken from JSON, too.
    /// - Parameter allowsAuto: takes `auto`, which is as good as nothing said.
    mutating func seconds(_ field: String, in range: ClosedRange<Int>, allowsAuto: Bool) throws(APIError) -> Int? {
        guard let value = take(field) else { return nil }
        if allowsAuto, value.string?.lowercased() == "auto" { return nil }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let text = value.string.flatMap { $0.utf8.allSatisfy(digits.contains) ? Int($0) : nil }
        guard let number = text ?? strictInteger(value) else { throw wrongType(field, "whole seconds") }
        return try checked(number, field, in: range)
    }

    mutating func boolean(_ field: String) throws(APIError) -> Bool? {
        guard let value = take(field) else { return nil }
        let flag = isText ? value.string.flatMap { ["true": true, "1": true, "false": false, "0": false][$0.lowercased()] } : value.bool
        guard let flag else { throw wrongType(field, "a boolean") }
        return flag
    }

    mutating func choice(_ field: String, of values: [String]) throws(APIError) -> String? {
        guard let said = try string(field) else { return nil }
        if values.contains(said) { return said }
        let text = said.lowercased()
        guard values.contains(text) else {
            let list = values.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw .invalid(prefix + field, "Invalid value: '\(text.prefix(64))'. Supported values are: \(list).")
        }
        return text
    }

    mutating func object(_ field: String) throws(APIError) -> JSONObject? {
        guard let value = take(field) else { return nil }
        guard let object = value.object else { throw wrongType(field, "an object") }
        return object
    }

    /// A list of texts; in a form a single text is one, too.
    mutating func strings(_ field: String) throws(APIError) -> [String] {
        guard let value = take(field) else { return [] }
        if isText, let text = value.string { return [text] }
        guard let list = value.array else { throw wrongType(field, "an array of strings") }
        let texts = list.compactMap(\.string)
        guard texts.count == list.count else { throw wrongType(field, "an array of strings") }
        return texts
    }

    private func checked(_ number: Int, _ field: String, in range: ClosedRange<Int>) throws(APIError) -> Int {
        guard !range.contains(number) else { return number }
        throw .invalid(
            prefix + field, "Invalid '\(prefix)\(field)': expected \(range.lowerBound) to \(range.upperBound), but got \(number).",
            code: number > range.upperBound ? "integer_above_max_value" : "integer_below_min_value")
    }

    private func strictInteger(_ value: JSONValue) -> Int? {
        switch value {
        case .integer(let number): number
        case .null, .bool, .number, .string, .array, .object: nil
        }
    }

    private func wrongType(_ field: String, _ expected: String) -> APIError {
        .invalid(prefix + field, "Invalid type for '\(prefix)\(field)': expected \(expected).", code: "invalid_type")
    }
}
