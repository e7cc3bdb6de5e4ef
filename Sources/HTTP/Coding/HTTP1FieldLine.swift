extension HTTPFields {
    /// Where one field lies in the wire bytes; the value without the white space around it.
    struct Entry: Sendable {
        var start: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
        /// The name's, as of `HTTPFieldName`.
        var digest: UInt32

        var name: Range<Int> { Int(start)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
        /// One bit of 64, the same for equal names.
        var mark: UInt64 { HTTPFieldName.mark(of: digest) }
    }
}

extension HTTPFields.Entry {
    /// `name ":" OWS value OWS` (RFC 9112 §5), of a line that is free of control bytes.
    /// - Parameter origin: the offset that the entry's places count from.
    init(_ line: Range<Int>, of bytes: Span<UInt8>, from origin: Int) throws(HTTPParseError) {
        let index = HTTP1Bytes.endOfToken(line, of: bytes)
        guard index > line.lowerBound, index < line.upperBound, bytes[index] == UInt8(ascii: ":") else {
            throw Self.fault(in: line, of: bytes)
        }
        let value = HTTP1Bytes.trimming(index + 1..<line.upperBound, of: bytes)
        // The limit of a head is far below what 32 bits hold.
        self.init(
            start: UInt32(truncatingIfNeeded: line.lowerBound &- origin), nameEnd: UInt32(truncatingIfNeeded: index &- origin),
            valueStart: UInt32(truncatingIfNeeded: value.lowerBound &- origin),
            valueEnd: UInt32(truncatingIfNeeded: value.upperBound &- origin),
            digest: HTTPFieldName.digest(of: line.lowerBound..<index, in: bytes))
    }

    private static func fault(in line: Range<Int>, of bytes: Span<UInt8>) -> HTTPParseError {
        // RFC 9112 §5.2: obs-fold; §5.1: white space before the colon is a known way to smuggle.
        if HTTP1Bytes.isBlank(bytes[line.lowerBound]) { return HTTPParseError(.field, "a field line starts with white space") }
        return HTTPParseError(.field, "a field line is not a name, directly followed by a colon")
    }
}

/// Field lines that are being read.
struct HTTP1FieldLines {
    var scanner: HTTP1LineScanner
    var entries: [HTTPFields.Entry]

    /// Reads to the empty line and tells where it begins; nil: more bytes are needed.
    /// - Parameter origin: the offset that the entries' places count from.
    mutating func read(
        _ bytes: Span<UInt8>, from origin: Int, limit: Int, maximumCount: Int
    ) throws(HTTPParseError) -> Int? {
        while true {
            switch scanner.next(in: bytes, limit: limit) {
            case .needsMore: return nil
            case .tooLong: throw HTTPParseError(.headTooLarge, "the fields are too large")
            case .control: throw HTTPParseError(.field, "a field line holds a control character")
            case .line(let line) where line.isEmpty: return line.lowerBound
            case .line(let line):
                guard entries.count < maximumCount else { throw HTTPParseError(.headTooLarge, "there are too many fields") }
                entries.append(try HTTPFields.Entry(line, of: bytes, from: origin))
            }
        }
    }
}

extension HTTPFields.Entry {
    /// Writes a line; control characters in the value become spaces, so that no value can start a line of its own (RFC 9110 §5.5).
    @discardableResult
    static func append(_ name: HTTPFieldName, _ value: String, to room: inout ByteRoom) -> HTTPFields.Entry {
        let (start, nameBytes) = (room.count, name.rawValue.utf8.span)
        let valueStart = start &+ nameBytes.count &+ 2
        // The line's own end is not part of the value.
        if room.appendLine(nameBytes, value.utf8.span) != 0 { room.blankControls(from: valueStart, to: room.count &- 2) }
        let place = HTTP1Bytes.trimming(valueStart..<room.count &- 2, of: room.bytes.span)
        return HTTPFields.Entry(start, nameBytes.count, place, name.digest)
    }

    /// Writes a line whose value is a number.
    @discardableResult
    static func append(_ name: HTTPFieldName, _ number: Int, to room: inout ByteRoom) -> HTTPFields.Entry {
        guard number >= 0, number.magnitude < ShortDecimal.limit else { return append(name, String(number), to: &room) }
        let (start, nameBytes) = (room.count, name.rawValue.utf8.span)
        room.appendLine(nameBytes, ShortDecimal(number.magnitude))
        return HTTPFields.Entry(start, nameBytes.count, start &+ nameBytes.count &+ 2..<room.count &- 2, name.digest)
    }

    private init(_ start: Int, _ nameCount: Int, _ value: Range<Int>, _ digest: UInt32) {
        self.init(
            start: UInt32(truncatingIfNeeded: start), nameEnd: UInt32(truncatingIfNeeded: start &+ nameCount),
            valueStart: UInt32(truncatingIfNeeded: value.lowerBound), valueEnd: UInt32(truncatingIfNeeded: value.upperBound),
            digest: digest)
    }
}
