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
