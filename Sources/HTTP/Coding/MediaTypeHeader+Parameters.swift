/// The `; name=value; name="quoted value"` that end some field values (RFC 9110 §5.6.6).
package enum HTTPParameters {
    package struct Parameter: Sendable, Hashable {
        /// Lower case.
        package var name: String
        /// Unquoted.
        package var value: String
    }

    /// What a backslash inside quotes does.
    package enum Escapes: Sendable {
        /// It stands for the character behind it (RFC 9110 §5.6.4).
        case pairs
        /// It does so before a quote or another backslash, and is itself otherwise: browsers send paths as they are.
        case quotesOnly
    }

    /// The parameters of what follows a value, its first semicolon included; nil where the text is malformed.
    package static func parse(_ text: Substring, escapes: Escapes) -> [Parameter]? {
        var parameters: [Parameter] = []
        var rest = text.utf8
        while true {
            skipSpace(&rest)
            guard let semicolon = rest.popFirst() else { return parameters }
            guard semicolon == UInt8(ascii: ";") else { return nil }
            skipSpace(&rest)
            // RFC 9110 §5.6.6: a semicolon may have nothing behind it.
            guard let first = rest.first, first != UInt8(ascii: ";") else { continue }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")), isToken(Substring(rest[..<equals])) else { return nil }
            let name = Substring(rest[..<equals]).lowercased()
            rest = rest[rest.index(after: equals)...]
            guard let value = rest.first == UInt8(ascii: "\"") ? quoted(&rest, escapes) : plain(&rest) else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    /// RFC 9110 §5.6.2.
    package static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isTokenByte($0) }
    }

    /// Without spaces and tabs around it.
    package static func trimmed(_ text: Substring) -> Substring {
        var bytes = text.utf8
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return Substring(bytes)
    }

    private static func quoted(_ rest: inout Substring.UTF8View, _ escapes: Escapes) -> String? {
        var value: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
            guard byte >= 0x20 || byte == 0x09, byte != 0x7F else { return nil }
            guard byte == UInt8(ascii: "\\"), let next = rest.first, escapes.apply(before: next) else {
                value.append(byte)
                continue
            }
            value.append(next)
            rest.removeFirst()
        }
        return nil
    }

    /// An unquoted value. More than a token is taken: boundaries with `=`, `/` or `:` come without their quotes.
    private static func plain(_ rest: inout Substring.UTF8View) -> String? {
        let value = rest.prefix { $0 != UInt8(ascii: ";") && !isSpace($0) }
        guard !value.isEmpty, value.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }) else { return nil }
        rest = rest[value.endIndex...]
        return String(Substring(value))
    }

    private static func skipSpace(_ rest: inout Substring.UTF8View) {
        rest = rest.drop { isSpace($0) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case _: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPParameters.Escapes {
    fileprivate func apply(before next: UInt8) -> Bool {
        switch self {
        case .pairs: next >= 0x20 || next == 0x09
        case .quotesOnly: next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
        }
    }
}
