/// Searches bytes eight at a time.
package enum ByteScan {
    /// The first index at or after `start` that holds `byte`; nil when there is none.
    package static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
        firstIndex(in: bytes, from: start) { hits(byte, in: $0) }
    }

    /// The first index at or after `start` that holds CR or LF; nil when there is none.
    package static func firstLineBreak(in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
        firstIndex(in: bytes, from: start) { hits(0x0A, in: $0) | hits(0x0D, in: $0) }
    }

    /// The first index at or after `start` that holds no visible ASCII character; nil when there is none.
    static func firstInvisible(in bytes: Span<UInt8>, from start: Int) -> Int? {
        firstIndex(in: bytes, from: start) { (($0 &- 0x21 &* ones) & ~$0 | $0) & highBits | hits(0x7F, in: $0) }
    }

    /// Whether no byte is above 127.
    static func isASCII(_ bytes: Span<UInt8>) -> Bool {
        let (raw, count) = (bytes.bytes, bytes.count)
        guard count >= 8 else { return isShortASCII(bytes) }
        // The last eight bytes, some of which the loop sees, too.
        var all = raw.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        var index = 0
        while index &+ 8 < count {
            all |= raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        return all & highBits == 0
    }

    @inline(__always)
    private static func isShortASCII(_ bytes: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        return all < 0x80
    }

    /// `find` sets the high bit of each byte it looks for; above the first hit it may err.
    @inline(__always)
    private static func firstIndex(in bytes: Span<UInt8>, from start: Int, _ find: (UInt64) -> UInt64) -> Int? {
        var index = start
        let raw = bytes.bytes
        while index &+ 8 <= bytes.count {
            let found = find(UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)))
            if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        return bytes.count >= 8 ? lastIndex(in: bytes, from: index, find) : shortIndex(in: bytes, from: index, find)
    }

    /// Of the last seven bytes or fewer: by the last eight, without those before them.
    @inline(__always)
    private static func lastIndex(in bytes: Span<UInt8>, from index: Int, _ find: (UInt64) -> UInt64) -> Int? {
        guard index < bytes.count else { return nil }
        let offset = bytes.count &- 8
        let word = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let found = index &+ find(word &>> UInt64(8 &* (index &- offset))).trailingZeroBitCount / 8
        return found < bytes.count ? found : nil
    }

    @inline(__always)
    private static func shortIndex(in bytes: Span<UInt8>, from start: Int, _ find: (UInt64) -> UInt64) -> Int? {
        var index = start
        while index < bytes.count {
            if find(UInt64(bytes[index])) & 0x80 != 0 { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    private static func hits(_ byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ (UInt64(byte) &* ones)
        return (difference &- ones) & ~difference & highBits
    }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}
