/// What a client would like about its answer (RFC 7240). A wish that is unknown or malformed is skipped, never an error.
package struct PreferHeader: Sendable, Hashable {
    /// By name in lower case; a preference without a value has an empty one (RFC 7240 §2).
    private var values: [String: String] = [:]

    /// Members of the list that are looked at.
    package static let maximumPreferences = 32
    /// Bytes of one member.
    package static let maximumLength = 256

    /// Of all `Prefer` lines of a head.
    package init(_ fields: HTTPFields) {
        guard fields.contains(.prefer) else { return }
        for member in fields.list(of: .prefer).prefix(Self.maximumPreferences) where member.utf8.count <= Self.maximumLength {
            // RFC 7240 §2: of a repeated preference the first counts.
            guard let (name, value) = Self.preference(member), values[name] == nil else { continue }
            values[name] = value
        }
    }

    /// The value of a preference whose name is given in lower case; empty where it has none, nil where it is not there.
    package subscript(name: String) -> String? { values[name] }

    /// RFC 7240 §4.1.
    package var respondsAsync: Bool { values["respond-async"] != nil }

    /// How long the client would wait (RFC 7240 §4.3).
    package var wait: Duration? {
        guard let text = values["wait"], (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ HTTP1Bytes.isDigit($0) }) else {
            return nil
        }
        return Int(text).map { .seconds($0) }
    }

    /// `name`, or `name=word`; parameters behind a semicolon are not read.
    private static func preference(_ member: String) -> (name: String, value: String)? {
        let head = member.utf8.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
        let name = HTTPParameters.trimmed(Substring(head))
        guard HTTPParameters.isToken(name) else { return nil }
        let rest = member.utf8[head.endIndex...]
        guard rest.first == UInt8(ascii: "=") else { return (name.lowercased(), "") }
        // RFC 7240 §2: white space around the sign is bad, and read.
        guard let value = word(HTTPParameters.trimmed(Substring(rest.dropFirst()))) else { return nil }
        return (name.lowercased(), value)
    }

    /// A token or a quoted string at the start of a text.
    private static func word(_ text: Substring) -> String? {
        guard text.utf8.first == UInt8(ascii: "\"") else {
            let word = HTTPParameters.trimmed(Substring(text.utf8.prefix { $0 != UInt8(ascii: ";") }))
            return word.isEmpty || HTTPParameters.isToken(word) ? String(word) : nil
        }
        var value: [UInt8] = []
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            value.append(escaped)
        }
        return nil
    }
}

extension HTTPFieldName {
    package static let prefer: HTTPFieldName = "prefer"
    /// Tells which wishes were granted (RFC 7240 §3).
    package static let preferenceApplied: HTTPFieldName = "preference-applied"
}
