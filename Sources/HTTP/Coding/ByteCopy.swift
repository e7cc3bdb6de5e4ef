extension MutableRawSpan {
    /// Copies bytes, eight at a time: for short ones, quicker than a call.
    /// - Returns: a value that is not 0 where one of them is a control character, the tab included.
    @inline(__always) @discardableResult
    mutating func copy(_ source: RawSpan, to offset: Int) -> UInt64 {
        precondition(offset >= 0 && source.byteCount <= byteCount &- offset)
        let last = source.byteCount &- 8
        guard last >= 0 else { return copyShort(source, to: offset) }
        var (index, found) = (0, 0 as UInt64)
        // In bounds by the precondition, as all places below.
        while true {
            let word = source.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            storeBytes(of: word, toUncheckedByteOffset: offset &+ index, as: UInt64.self)
            found |= HTTP1LineScanner.controlFlags(word)
            if index == last { return found }
            // Some bytes of the last word the one before it had, too.
            index = Swift.min(index &+ 8, last)
        }
    }

    /// Stores two bytes, the lower first.
    @inline(__always)
    mutating func store(_ pair: UInt16, at place: Int) {
        storeBytes(of: pair.littleEndian, toByteOffset: place, as: UInt16.self)
    }

    @inline(__always)
    private mutating func copyShort(_ source: RawSpan, to offset: Int) -> UInt64 {
        let last = source.byteCount &- 4
        if last >= 0 {
            let first = source.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt32.self)
            let second = source.unsafeLoadUnaligned(fromUncheckedByteOffset: last, as: UInt32.self)
            storeBytes(of: first, toUncheckedByteOffset: offset, as: UInt32.self)
            storeBytes(of: second, toUncheckedByteOffset: offset &+ last, as: UInt32.self)
            return HTTP1LineScanner.controlFlags(UInt64(first) | UInt64(second) &<< 32)
        }
        var found: UInt64 = 0
        for index in 0..<source.byteCount {
            let byte = source.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            storeBytes(of: byte, toUncheckedByteOffset: offset &+ index, as: UInt8.self)
            if HTTP1Bytes.isControl(byte) { found = 1 }
        }
        return found
    }
}
