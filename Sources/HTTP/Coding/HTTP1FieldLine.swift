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
    static func append(_ name: HTTPFieldName, _ value: String, to bytes: inout [UInt8]) -> HTTPFields.Entry {
        append(name, to: &bytes) { bytes in
            let start = bytes.count
            bytes.append(text: value)
            blankControls(of: &bytes, from: start)
            return HTTP1Bytes.trimming(start..<bytes.count, of: bytes.span)
        }
    }

    /// Writes a line whose value is a number.
    @discardableResult
    static func append(_ name: HTTPFieldName, _ number: Int, to bytes: inout [UInt8]) -> HTTPFields.Entry {
        append(name, to: &bytes) { bytes in
            let start = bytes.count
            bytes.append(decimal: number)
            return start..<bytes.count
        }
    }

    /// - Parameter write: adds the value and tells where it lies.
    @inline(__always)
    private static func append(
        _ name: HTTPFieldName, to bytes: inout [UInt8], _ write: (inout [UInt8]) -> Range<Int>
    ) -> HTTPFields.Entry {
        let start = bytes.count
        bytes.append(text: name.rawValue)
        let nameEnd = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        let value = write(&bytes)
        HTTP1Serializer.appendLineEnd(to: &bytes)
        return HTTPFields.Entry(
            start: UInt32(truncatingIfNeeded: start), nameEnd: UInt32(truncatingIfNeeded: nameEnd),
            valueStart: UInt32(truncatingIfNeeded: value.lowerBound), valueEnd: UInt32(truncatingIfNeeded: value.upperBound),
            digest: name.digest)
    }

    private static func blankControls(of bytes: inout [UInt8], from start: Int) {
        var index = HTTP1LineScanner.firstControl(in: bytes.span, from: start, to: bytes.count)
        while index < bytes.count {
            bytes[index] = UInt8(ascii: " ")
            index = HTTP1LineScanner.firstControl(in: bytes.span, from: index, to: bytes.count)
        }
    }
}
