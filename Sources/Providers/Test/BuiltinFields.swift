import HTTP
import Media

/// The fields of a body, whatever its form.
struct BuiltinFields {
    private var texts: [String: String] = [:]
    private(set) var files: [(name: String, content: ByteSource)] = []

    init(_ body: UpstreamBody) {
        switch body {
        case .none, .bytes: break
        case .json(let json): for (key, value) in json.object ?? [:] { take(key, value) }
        case .multipart(let parts): for part in parts { take(part) }
        }
    }

    func text(_ name: String) -> String? { texts[name] }

    func number(_ name: String, in range: ClosedRange<Int>) throws(BuiltinRefusal) -> Int? {
        guard let text = texts[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(name, "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// Members of an object get the names that they have in a form: `video[id]`.
    private mutating func take(_ name: String, _ value: JSONValue) {
        texts[name] = Self.text(of: value)
        for (key, member) in value.object ?? [:] { texts["\(name)[\(key)]"] = Self.text(of: member) }
    }

    private mutating func take(_ part: MultipartPart) {
        switch part.content {
        case .text(let text): texts[part.name] = text
        case .file(let content, _, _): files.append((part.name, content))
        }
    }

    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .null, .array, .object: nil
        case .bool, .integer, .number: String(decoding: value.serialized(), as: UTF8.self)
        }
    }
}
