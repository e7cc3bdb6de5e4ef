/// The character classes of RFC 9110 §5.6 and RFC 3986, and comparisons that ignore case. Sets are bit masks: bytes 0-63 and 64-127.
enum HTTP1Bytes {
    @inline(__always)
    private static func isIn(_ low: UInt64, _ high: UInt64, _ byte: UInt8) -> Bool {
        byte < 128 && ((byte < 64 ? low : high) &>> UInt64(byte & 63)) & 1 == 1
    }

    /// tchar of RFC 9110 §5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        isIn(0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE, byte)
    }

    /// pchar of RFC 3986 §3.3, `/` and `%`.
    @inline(__always)
    static func isPath(_ byte: UInt8) -> Bool {
        isIn(0x2FFF_FFF2_0000_0000, 0x47FF_FFFE_87FF_FFFF, byte)
    }

    /// What a path may hold, `?`, and ``[]^`{|}``, which RFC 3986 §3.4 forbids but browsers send.
    @inline(__always)
    static func isQuery(_ byte: UInt8) -> Bool {
        isIn(0xAFFF_FFF2_0000_0000, 0x7FFF_FFFF_EFFF_FFFF, byte)
    }

    /// A registered name or IPv4 address as hosts are really called: letters, digits and `-._~`.
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        isIn(0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE, byte)
    }

    /// Below the space, and DEL; the tab is not counted.
    @inline(__always)
    static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 9) || byte == 0x7F
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// 0...15, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> Int? {
        if isDigit(byte) { return Int(byte - UInt8(ascii: "0")) }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? Int(letter) + 10 : nil
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == 9
    }

    /// The offset of the first byte that is no token character, or the range's end. Letters, digits and `-` go eight at a time.
    @inline(__always)
    static func endOfToken(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int {
        var index = range.lowerBound
        let (end, raw) = (range.upperBound, bytes.bytes)
        while index < end {
            // In bounds by the comparison; eight bytes of any value are a valid integer.
            if index &+ 8 <= raw.byteCount {
                let word = raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
                let others = othersThanNames(UInt64(littleEndian: word))
                index &+= others.trailingZeroBitCount &>> 3
                if others == 0 { continue }
                if index >= end { return end }
            }
            guard bytes[index] != UInt8(ascii: ":"), isToken(bytes[index]) else { return index }
            index &+= 1
        }
        return end
    }

    /// The top bit of each byte that is no letter, digit or `-`.
    @inline(__always)
    private static func othersThanNames(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = (word | ones &* 0x20) & (ones &* 0x7F)
        let letters = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x80 - 0x7B))
        let digits = (low &+ ones &* (0x80 - 0x30)) & ~(low &+ ones &* (0x80 - 0x3A))
        let hyphens = ~((low ^ ones &* 0x2D) &+ ones &* 0x7F)
        // The bit 0x20 was set above, so a digit or hyphen must have had it itself.
        let hadBit = word << 2
        return ~(letters | (digits | hyphens) & hadBit) & (ones &* 0x80) | word & (ones &* 0x80)
    }

    /// The range without spaces and tabs at its ends (OWS, RFC 9110 §5.6.3).
    @inline(__always)
    static func trimming(_ range: Range<Int>, of bytes: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        precondition(end <= bytes.count)
        // In bounds by that, and by each comparison.
        while start < end, isBlank(bytes[unchecked: start]) { start &+= 1 }
        while start < end, isBlank(bytes[unchecked: end &- 1]) { end &-= 1 }
        return Range(uncheckedBounds: (start, end))
    }

    /// ASCII letters compare without regard to case, all other bytes exactly.
    static func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, ignoringCase text: String) -> Bool {
        let (part, other) = (bytes.extracting(range), text.utf8.span)
        guard part.count == other.count else { return false }
        guard part.count >= 8 else {
            for index in 0..<other.count where lowercased(part[index]) != lowercased(other[index]) { return false }
            return true
        }
        let (left, right, last) = (part.bytes, other.bytes, part.count &- 8)
        var index = 0
        while index < last {
            if differ(word(left, index), word(right, index)) { return false }
            index &+= 8
        }
        // Some bytes of these the loop has seen, too.
        return !differ(word(left, last), word(right, last))
    }

    @inline(__always)
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Whether any of eight bytes differ in more than the case of a letter.
    @inline(__always)
    private static func differ(_ left: UInt64, _ right: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = (left | ones &* 0x20) & (ones &* 0x7F)
        let letters = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x80 - 0x7B)) & ~left & (ones &* 0x80)
        return (left ^ right) & ~(letters >> 2) != 0
    }

    /// Digits only, at least one, no more than an `Int` holds.
    static func decimal(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0 as UInt
        for index in range {
            // One more digit is never too much for an unsigned number.
            guard isDigit(bytes[index]), value <= UInt(Int.max) / 10 else { return nil }
            value = value &* 10 &+ UInt(bytes[index] &- UInt8(ascii: "0"))
        }
        return Int(exactly: value)
    }
}
