/// The line before a chunk (RFC 9112 §7.1).
struct HTTP1ChunkLine: Sendable {
    /// Bytes; 0 ends the chunks.
    let size: Int
    /// Bytes of the extensions, which are checked and dropped.
    let extensionBytes: Int

    /// `1*HEXDIG chunk-ext`, of a line that is free of control bytes.
    init(_ line: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) {
        var (index, size) = (line.lowerBound, 0)
        while index < line.upperBound, let digit = HTTP1Bytes.hexValue(bytes[index]) {
            guard size <= Int.max >> 4 else { throw HTTPParseError(.chunk, "the chunk size is beyond all bounds") }
            size = size << 4 | digit
            index += 1
        }
        guard index > line.lowerBound else { throw HTTPParseError(.chunk, "the chunk size is not a hexadecimal number") }
        guard Self.areExtensions(index..<line.upperBound, of: bytes) else {
            throw HTTPParseError(.chunk, "the chunk size is followed by something that is no extension")
        }
        self.size = size
        extensionBytes = line.upperBound - index
    }

    /// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )` (RFC 9112 §7.1.1).
    private static func areExtensions(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var reader = Reader(index: range.lowerBound, end: range.upperBound)
        while reader.index < reader.end {
            reader.skipBlanks(of: bytes)
            guard reader.take(UInt8(ascii: ";"), of: bytes) else { return false }
            reader.skipBlanks(of: bytes)
            guard reader.takeToken(of: bytes) else { return false }
            let nameEnd = reader.index
            reader.skipBlanks(of: bytes)
            if reader.take(UInt8(ascii: "="), of: bytes) {
                reader.skipBlanks(of: bytes)
                guard reader.takeQuoted(of: bytes) || reader.takeToken(of: bytes) else { return false }
            } else {
                reader.index = nameEnd
            }
        }
        return true
    }

    private struct Reader {
        var index: Int
        let end: Int

        mutating func skipBlanks(of bytes: Span<UInt8>) {
            while index < end, HTTP1Bytes.isBlank(bytes[index]) { index += 1 }
        }

        mutating func take(_ byte: UInt8, of bytes: Span<UInt8>) -> Bool {
            guard index < end, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func takeToken(of bytes: Span<UInt8>) -> Bool {
            let start = index
            while index < end, HTTP1Bytes.isToken(bytes[index]) { index += 1 }
            return index > start
        }

        /// A quoted-string (RFC 9110 §5.6.4); moves only over a whole one.
        mutating func takeQuoted(of bytes: Span<UInt8>) -> Bool {
            guard index < end, bytes[index] == UInt8(ascii: "\"") else { return false }
            var next = index + 1
            while next < end, bytes[next] != UInt8(ascii: "\"") {
                next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard next < end else { return false }
            index = next + 1
            return true
        }
    }
}
