import HTTP

/// Writers return false where there is too little room; what they wrote then is worth nothing.
extension JSONText {
    /// Adds what `write` writes: into room for so many bytes, and into twice as much until it fits.
    @inline(__always)
    static func append(size: Int, to bytes: inout [UInt8], _ write: (inout OutputSpan<UInt8>) -> Bool) {
        var (size, isWritten) = (size, false)
        repeat {
            bytes.append(addingCapacity: size) { room in
                isWritten = write(&room)
                if !isWritten { room.removeAll() }
            }
            size *= 2
        } while !isWritten
    }

    /// Writes a string with its quotes.
    static func write(_ text: String, to room: inout OutputSpan<UInt8>) -> Bool {
        let source = text.utf8Span.span
        guard room.freeCapacity >= source.count &+ 2 else { return false }
        room.append(UInt8(ascii: "\""))
        guard copy(source, to: &room) else {
            room.removeLast(source.count)
            return writeEscaped(source, to: &room)
        }
        room.append(UInt8(ascii: "\""))
        return true
    }

    /// - Returns: false where a byte has to be escaped.
    @inline(__always)
    private static func copy(_ source: Span<UInt8>, to room: inout OutputSpan<UInt8>) -> Bool {
        let start = room.count
        room.append(repeating: 0, count: source.count)
        var span = room.mutableSpan
        var target = span.mutableBytes
        let (raw, last) = (source.bytes, source.count &- 8)
        guard last >= 0 else { return copyShort(raw, to: &target, at: start) }
        var index = 0
        while true {
            let word = raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            if specials(in: word) != 0 { return false }
            target.storeBytes(of: word, toByteOffset: start &+ index, as: UInt64.self)
            if index == last { return true }
            // Some bytes of the last word the one before it had, too.
            index = min(index &+ 8, last)
        }
    }

    /// Less than eight bytes.
    @inline(__always)
    private static func copyShort(_ raw: RawSpan, to target: inout MutableRawSpan, at start: Int) -> Bool {
        let last = raw.byteCount &- 4
        if last >= 0 {
            let first = raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
            let second = raw.unsafeLoadUnaligned(fromByteOffset: last, as: UInt32.self)
            target.storeBytes(of: first, toByteOffset: start, as: UInt32.self)
            target.storeBytes(of: second, toByteOffset: start &+ last, as: UInt32.self)
            return specials(in: UInt64(first) | UInt64(second) &<< 32) == 0
        }
        for index in 0..<raw.byteCount {
            let byte = raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if specials(in: UInt64(byte)) & 0x80 != 0 { return false }
            target.storeBytes(of: byte, toByteOffset: start &+ index, as: UInt8.self)
        }
        return true
    }

    /// What follows the opening quote.
    @inline(never)
    private static func writeEscaped(_ source: Span<UInt8>, to room: inout OutputSpan<UInt8>) -> Bool {
        for index in source.indices {
            // The longest escape and the quote.
            guard room.freeCapacity >= 7 else { return false }
            if specials(in: UInt64(source[index])) & 0x80 == 0 {
                room.append(source[index])
            } else {
                writeEscape(of: source[index], to: &room)
            }
        }
        guard room.freeCapacity >= 1 else { return false }
        room.append(UInt8(ascii: "\""))
        return true
    }

    private static func writeEscape(of byte: UInt8, to room: inout OutputSpan<UInt8>) {
        room.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): room.append(byte)
        case 0x08: room.append(UInt8(ascii: "b"))
        case 0x0C: room.append(UInt8(ascii: "f"))
        case 0x0A: room.append(UInt8(ascii: "n"))
        case 0x0D: room.append(UInt8(ascii: "r"))
        case 0x09: room.append(UInt8(ascii: "t"))
        case _:
            for letter in "u00".utf8 { room.append(letter) }
            room.append(UInt8(ascii: "0") + byte >> 4)
            room.append(byte & 15 + (byte & 15 < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }
}
