import Media

/// Texts of a workflow with places to fill: `{{prompt}}`. What is put in is never searched for places again.
enum ComfyUITemplate {
    /// The text with each place filled that has a value; everything else stays as it is.
    static func filled(_ text: String, _ value: (Substring) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            let name = rest[open.upperBound...].prefix { $0 != "}" }
            if rest[name.endIndex...].hasPrefix("}}"), let value = value(name) {
                result += value
                rest = rest[name.endIndex...].dropFirst(2)
            } else {
                result += "{"
                rest = rest[open.lowerBound...].dropFirst()
            }
        }
        return result + rest
    }

    /// A JSON value with the places in its texts filled; names of members stay.
    /// - Parameters:
    ///   - number: for a text that is nothing but the place.
    ///   - text: for places inside texts.
    static func filled(_ value: JSONValue, number: (String) -> Int?, text: (Substring) -> String?) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let words):
            if words.hasPrefix("{{"), words.hasSuffix("}}"), let number = number(String(words.dropFirst(2).dropLast(2))) {
                return .integer(number)
            }
            return .string(filled(words, text))
        case .array(let items): return .array(items.map { filled($0, number: number, text: text) })
        case .object(let members):
            return .object(JSONObject(members.map { ($0.key, filled($0.value, number: number, text: text)) }))
        }
    }
}
