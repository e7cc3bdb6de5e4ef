/// The inside of JSON strings, eight bytes at a time.
enum JSONText {
    /// Up to the first byte that a JSON string cannot hold as it is: a quote, a backslash or a control (RFC 8259 §7); and whether all
    /// before it is ASCII.
    @inline(__always)
    static func plain(in bytes: Span<UInt8>, from start: Int) -> (end: Int, isASCII: Bool) {
        let raw = bytes.bytes
        var index = start
        var seen: UInt64 = 0
        while index &+ 8 <= bytes.count {
            // In bounds by the line above.
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let found = specials(in: word)
            if found != 0 {
                // The bits below the byte that was found.
                seen |= word & ((1 &<< UInt64(found.trailingZeroBitCount &- 7)) &- 1)
                return (index &+ found.trailingZeroBitCount / 8, seen & highBits == 0)
            }
            seen |= word
            index &+= 8
        }
        while index < bytes.count {
            let byte = UInt64(bytes[index])
            if specials(in: byte) & 0x80 != 0 { break }
            seen |= byte
            index &+= 1
        }
        return (index, seen & highBits == 0)
    }

    /// Whether nothing in a text has to be escaped.
    @inline(never)
    static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return plain(in: bytes, from: 0).end == bytes.count
    }

    /// The high bit of each byte that is special; above the first it may err.
    @inline(__always)
    static func specials(in word: UInt64) -> UInt64 {
        let (quote, backslash) = (word ^ 0x22 &* ones, word ^ 0x5C &* ones)
        let hits = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- 0x20 &* ones) & ~word
        return hits & highBits
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}
