extension HTTPFields.Entry {
    /// `name ":" OWS value OWS` (RFC 9112 §5), of a line that is free of control bytes.
    /// - Parameter origin: the offset that the entry's places count from.
    init(_ line: Range<Int>, of bytes: Span<UInt8>, from origin: Int) throws(HTTPParseError) {
        var index = line.lowerBound
        var digest = HTTPFieldName.emptyDigest
        while index < line.upperBound, HTTP1Bytes.isToken(bytes[index]) {
            HTTPFieldName.mix(bytes[index], into: &digest)
            index += 1
        }
        guard index > line.lowerBound, index < line.upperBound, bytes[index] == UInt8(ascii: ":") else {
            throw Self.fault(in: line, of: bytes)
        }
        let value = HTTP1Bytes.trimming(index + 1..<line.upperBound, of: bytes)
        self.init(
            start: UInt32(line.lowerBound - origin), nameEnd: UInt32(index - origin), valueStart: UInt32(value.lowerBound - origin),
            valueEnd: UInt32(value.upperBound - origin), digest: digest)
    }

    private static func fault(in line: Range<Int>, of bytes: Span<UInt8>) -> HTTPParseError {
        // RFC 9112 §5.2: obs-fold; §5.1: white space before the colon is a known way to smuggle.
        if HTTP1Bytes.isBlank(bytes[line.lowerBound]) { return HTTPParseError(.field, "a field line starts with white space") }
        return HTTPParseError(.field, "a field line is not a name, directly followed by a colon")
    }
}
