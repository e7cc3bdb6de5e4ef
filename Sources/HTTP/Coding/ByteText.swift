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
        // The last eight wait in a word, the first of them lowest.
        var (rest, word) = (number, 0 as UInt64)
        repeat {
            word = word &<< 8 | UInt64(truncatingIfNeeded: UInt(UInt8(ascii: "0")) &+ rest % 10)
            rest /= 10
        } while rest > 0 && word &>> 56 == 0
        if rest > 0 { append(digits: rest) }
        repeat {
            append(UInt8(truncatingIfNeeded: word))
            word &>>= 8
        } while word != 0
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
