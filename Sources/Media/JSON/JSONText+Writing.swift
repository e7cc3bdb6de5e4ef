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
        let source = text.utf8.span
        guard room.freeCapacity >= source.count &+ 2 else { return false }
        room.append(UInt8(ascii: "\""))
        let start = room.count
        guard source.count < 8 ? copyShort(source, to: &room) : copy(source, to: &room) else {
            room.removeLast(room.count &- start)
            return writeEscaped(source, to: &room)
        }
        room.append(UInt8(ascii: "\""))
        return true
    }

    /// Eight bytes or more.
    /// - Returns: false where a byte has to be escaped.
    @inline(__always)
    private static func copy(_ source: Span<UInt8>, to room: inout OutputSpan<UInt8>) -> Bool {
        let start = room.count
        room.append(repeating: 0, count: source.count)
        var span = room.mutableSpan
        var target = span.mutableBytes
        let (raw, last) = (source.bytes, source.count &- 8)
        var index = 0
        while true {
            // In bounds, for `last` is.
            let word = raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            if specials(in: word) != 0 { return false }
            target.storeBytes(of: word, toByteOffset: start &+ index, as: UInt64.self)
            if index == last { return true }
            // Some bytes of the last word the one before it had, too.
            index = min(index &+ 8, last)
        }
    }

    @inline(__always)
    private static func copyShort(_ source: Span<UInt8>, to room: inout OutputSpan<UInt8>) -> Bool {
        for index in source.indices {
            guard specials(in: UInt64(source[index])) & 0x80 == 0 else { return false }
            room.append(source[index])
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
