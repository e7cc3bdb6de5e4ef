/// Finds lines and refuses every control byte in them, looking at each byte once however they arrive.
struct HTTP1LineScanner: Sendable {
    /// Where the line begins that is being looked for.
    private(set) var start = 0
    /// Bytes before this one need no second look.
    private var scanned = 0

    enum Outcome {
        case needsMore
        /// Without its CRLF.
        case line(Range<Int>)
        /// No end within the limit.
        case tooLong
        /// A control byte other than tab, a CR without LF, or an LF without CR (RFC 9112 §2.2).
        case control
    }

    /// - Parameter limit: the first offset that no byte of the line, LF included, may reach.
    @inline(__always)
    mutating func next(in bytes: Span<UInt8>, limit: Int) -> Outcome {
        let end = min(bytes.count, limit)
        scanned = Self.firstControl(in: bytes, from: scanned, to: end)
        guard scanned + 1 < end else {
            if scanned < end, bytes[scanned] != 13 { return .control }
            return bytes.count >= limit ? .tooLong : .needsMore
        }
        guard bytes[scanned] == 13, bytes[scanned + 1] == 10 else { return .control }
        let line = start..<scanned
        scanned += 2
        start = scanned
        return .line(line)
    }

    /// The offset of the first control byte other than tab, or `end`.
    static func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        let (raw, end) = (bytes.bytes, min(end, bytes.count))
        while index < end {
            if index &+ 8 <= end {
                // In bounds by the comparison; eight bytes of any value are a valid integer.
                let flags = controlFlags(raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
                index &+= flags.trailingZeroBitCount &>> 3
                if flags == 0 { continue }
            }
            if HTTP1Bytes.isControl(bytes[index]) { return index }
            index &+= 1
        }
        return end
    }

    /// The top bit of the lowest byte that is below the space, or DEL; bits above that one mean nothing.
    @inline(__always)
    static func controlFlags(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let word = UInt64(littleEndian: word)
        let delete = word ^ (ones &* 0x7F)
        return (((word &- ones &* 0x20) & ~word) | ((delete &- ones) & ~delete)) & (ones &* 0x80)
    }
}
