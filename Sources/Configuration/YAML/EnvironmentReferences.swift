/// Finds `${NAME}` and `${NAME:-default}` before the YAML is read, since their braces would mean something to it, and puts marks in
/// their place. Values are put in after the YAML is read, so that no value can add keys.
struct EnvironmentReferences {
    /// The text with marks in it.
    private(set) var text: [UInt8] = []
    private(set) var references: [Reference] = []

    /// One place that looked like a variable.
    struct Reference: Hashable {
        var kind: Kind
        /// As it stands in the file.
        var written: String

        enum Kind: Hashable {
            case variable(name: String, fallback: String?)
            /// `$${` stands for `${`.
            case escaped
            case malformed
        }
    }

    // Two private-use characters; a file that holds them is refused before.
    static let open: Unicode.Scalar = "\u{F8FE}"
    static let close: Unicode.Scalar = "\u{F8FF}"

    init(in bytes: [UInt8]) {
        var rest = bytes[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.starts(with: "$${".utf8) {
                rest = mark(.escaped, rest, length: 3)
            } else if rest.starts(with: "${".utf8) {
                rest = reference(in: rest)
            } else {
                text.append(UInt8(ascii: "$"))
                rest = rest.dropFirst()
            }
        }
        text += rest
    }

    private mutating func reference(in rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let line = rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let end = line.firstIndex(of: UInt8(ascii: "}")) else { return mark(.malformed, rest, length: 2) }
        let inside = String(decoding: line[(line.startIndex + 2)..<end], as: UTF8.self)
        return mark(Self.kind(of: inside), rest, length: end + 1 - rest.startIndex)
    }

    private mutating func mark(_ kind: Reference.Kind, _ rest: ArraySlice<UInt8>, length: Int) -> ArraySlice<UInt8> {
        text += "\(Self.open)\(references.count)\(Self.close)".utf8
        references.append(Reference(kind: kind, written: String(decoding: rest.prefix(length), as: UTF8.self)))
        return rest.dropFirst(length)
    }

    private static func kind(of inside: String) -> Reference.Kind {
        let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let tail = inside[name.endIndex...]
        guard let first = name.first, !first.isNumber, tail.isEmpty || tail.hasPrefix(":-") else { return .malformed }
        return .variable(name: String(name), fallback: tail.isEmpty ? nil : String(tail.dropFirst(2)))
    }
}
