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

extension HTTPFields.Entry {
    /// Writes a line; control characters in the value become spaces, so that no value can start a line of its own (RFC 9110 §5.5).
    @discardableResult
    static func append(_ name: HTTPFieldName, _ value: String, to bytes: inout [UInt8]) -> HTTPFields.Entry {
        let start = bytes.count
        bytes.append(text: name.rawValue)
        let nameEnd = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        let valueStart = bytes.count
        bytes.append(text: value)
        blankControls(of: &bytes, from: valueStart)
        let trimmed = HTTP1Bytes.trimming(valueStart..<bytes.count, of: bytes.span)
        bytes.append(13)
        bytes.append(10)
        return HTTPFields.Entry(
            start: UInt32(truncatingIfNeeded: start), nameEnd: UInt32(truncatingIfNeeded: nameEnd),
            valueStart: UInt32(truncatingIfNeeded: trimmed.lowerBound), valueEnd: UInt32(truncatingIfNeeded: trimmed.upperBound),
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
