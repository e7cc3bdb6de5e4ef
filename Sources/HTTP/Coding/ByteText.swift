extension [UInt8] {
    /// Adds text in one copy.
    package mutating func append(text: String) {
        // Not `withUTF8`, which keeps a copy of the text.
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if isDone == nil { append(contentsOf: text.utf8) }
    }

    /// Adds a number's digits.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: number.magnitude)
    }

    private mutating func append(digits number: UInt) {
        append(addingCapacity: 20) { room in
            var place: UInt = 1
            while number / place >= 10 { place &*= 10 }
            while place > 0 {
                room.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / place % 10))
                place /= 10
            }
        }
    }

    /// Adds two lower-case digits for each byte.
    package mutating func append(hexadecimal bytes: ArraySlice<UInt8>) {
        let source = bytes.span
        append(addingCapacity: 2 * source.count) { room in
            for index in source.indices {
                room.append(Self.hexadecimalDigit(source[index] >> 4))
                room.append(Self.hexadecimalDigit(source[index] & 15))
            }
        }
    }

    @inline(__always)
    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}

/// Lower-case digits, two for each byte.
package func hexadecimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.count)
    digits.append(hexadecimal: bytes[...])
    return String(decoding: digits, as: UTF8.self)
}
