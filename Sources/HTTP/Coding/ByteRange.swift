/// What a `Range` field asks of a representation (RFC 9110 §14.2).
package enum ByteRange: Sendable, Hashable {
    /// Everything, with 200: no range, several, or one that is not understood.
    case whole
    /// These bytes, with 206; never empty.
    case range(Range<Int>)
    /// Nothing that exists, with 416.
    case unsatisfiable

    /// - Parameter length: bytes of the whole representation.
    package static func parse(_ header: String, length: Int) -> ByteRange {
        let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return .whole }
        // RFC 9110 §5.6.1.2: empty elements of a list count for nothing.
        let ranges = parts[1].split(separator: ",").map(trimmed).filter { !$0.isEmpty }
        guard ranges.count == 1 else { return .whole }
        let bounds = ranges[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return .whole }
        switch (bounds[0].isEmpty, bounds[1].isEmpty) {
        case (true, true): return .whole
        case (true, false): return number(bounds[1]).map { suffix($0, length) } ?? .whole
        case (false, true): return number(bounds[0]).map { span($0, .max, length) } ?? .whole
        case (false, false):
            guard let first = number(bounds[0]), let last = number(bounds[1]), first <= last else { return .whole }
            return span(first, last, length)
        }
    }

    private static func span(_ first: Int, _ last: Int, _ length: Int) -> ByteRange {
        first < length ? .range(first..<min(last, length - 1) + 1) : .unsatisfiable
    }

    private static func suffix(_ count: Int, _ length: Int) -> ByteRange {
        count > 0 && length > 0 ? .range(max(0, length - count)..<length) : .unsatisfiable
    }

    /// Digits only; what is beyond `Int` is as far away as can be.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int(text) ?? .max
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
