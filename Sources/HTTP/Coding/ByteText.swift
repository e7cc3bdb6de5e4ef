extension [UInt8] {
    /// Adds text in one copy.
    package mutating func append(text: String) {
        // Not `withUTF8`, which keeps a copy of the text.
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if isDone == nil { append(contentsOf: text.utf8) }
    }

    /// Adds a number's digits.
    package mutating func append(decimal number: Int) {
        var room = ByteRoom(20)
        room.append(decimal: number)
        append(contentsOf: room.written)
    }

    /// Adds two lower-case digits for each byte.
    package mutating func append(hexadecimal bytes: ArraySlice<UInt8>) {
        let (source, pairs) = (bytes.span, Self.hexadecimalPairs.span)
        append(addingCapacity: 2 * source.count) { room in
            room.append(repeating: 0, count: 2 * source.count)
            var span = room.mutableSpan
            var target = span.mutableBytes
            for index in source.indices {
                target.store(pairs[Int(source[index])], at: 2 &* index)
            }
        }
    }

    /// The digits of each byte, the first of them low.
    private static let hexadecimalPairs: [UInt16] = (0..<256).map { byte in
        let digits = Array("0123456789abcdef".utf8)
        return UInt16(digits[byte >> 4]) | UInt16(digits[byte & 15]) << 8
    }
}

/// Lower-case digits, two for each byte.
package func hexadecimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.count)
    digits.append(hexadecimal: bytes[...])
    return String(decoding: digits, as: UTF8.self)
}
