/// The `name=value` pairs of a query, percent-escapes undone and `+` read as a space (WHATWG URL §5.1).
package struct QueryItems: Sendable, Hashable {
    /// A pair; the value is empty where the query has none.
    package struct Item: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// In order.
    package let items: [Item]

    /// - Parameter query: what follows a target's question mark.
    /// - Parameter maximumItems: what comes after as many is not read.
    package init(_ query: String?, maximumItems: Int = 64) {
        let pairs = (query ?? "").utf8.split(separator: UInt8(ascii: "&"), maxSplits: maximumItems).prefix(maximumItems)
        items = pairs.map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return Item(name: Self.decoded(name), value: Self.decoded(pair[name.endIndex...].dropFirst()))
        }
    }

    /// The first value of a name; nil where the name is not there.
    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// Bytes that are no UTF-8 become U+FFFD; a percent sign that escapes nothing stays.
    private static func decoded(_ text: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = escaped(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escaped(_ digits: Substring.UTF8View) -> UInt8? {
        guard digits.count == 2, let high = digits.first.flatMap(HTTP1Bytes.hexValue), let low = digits.last.flatMap(HTTP1Bytes.hexValue)
        else { return nil }
        return UInt8(high << 4 | low)
    }
}
