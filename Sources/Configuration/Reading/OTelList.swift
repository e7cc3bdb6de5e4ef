/// Lists in variables: `name=value,name=value` with percent-escapes, as W3C Baggage writes them.
enum OTelList {
    /// The pairs in order, the last of a repeated name alone, and whether nothing had to be left out.
    static func pairs(of text: String) -> (pairs: [(name: String, value: String)], isWhole: Bool) {
        var (pairs, isWhole): ([(name: String, value: String)], Bool) = ([], true)
        for entry in text.split(separator: ",") where !trimmed(entry).isEmpty {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = decoded(trimmed(parts[0]))
            guard parts.count == 2, let name, !name.isEmpty, let value = decoded(trimmed(parts[1])) else {
                isWhole = false
                continue
            }
            pairs.removeAll { $0.name == name }
            pairs.append((name, value))
        }
        return (pairs, isWhole)
    }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// nil where an escape is none, or the result is no UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
