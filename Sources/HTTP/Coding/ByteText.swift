extension [UInt8] {
    /// Adds text in one copy.
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// Adds two bytes.
    @inline(__always)
    mutating func append(_ first: UInt8, _ second: UInt8) {
        append(addingCapacity: 2) { room in
            room.append(first)
            room.append(second)
        }
    }

    /// Adds a number's digits.
    package mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let width = Self.digitCount(of: number.magnitude)
        append(addingCapacity: width) { room in
            room.append(repeating: UInt8(ascii: "0"), count: width)
            var digits = room.mutableSpan
            var (rest, index) = (number.magnitude, width)
            while rest > 0 {
                index &-= 1
                digits[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
    }

    @inline(__always)
    private static func digitCount(of number: UInt) -> Int {
        // No number of a signed word has more digits than the largest power of ten in one.
        var (count, bound) = (1, 10 as UInt)
        while number >= bound, count < 19 {
            count &+= 1
            bound &*= 10
        }
        return count
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
