/// The rules for `host[:port]`, in Host and in targets (RFC 9110 §7.2, RFC 3986 §3.2.2).
///
/// Stricter than the grammar in one point: sub-delims and escapes, which no real host name has, are refused.
enum HTTP1Host {
    static func isValid(_ range: Range<Int>, of bytes: Span<UInt8>, needsPort: Bool = false) -> Bool {
        guard let first = range.first else { return false }
        let end = bytes[first] == UInt8(ascii: "[") ? endOfLiteral(range, of: bytes) : endOfName(range, of: bytes)
        guard let end else { return false }
        if end == range.upperBound { return !needsPort }
        guard bytes[end] == UInt8(ascii: ":") else { return false }
        let port = end + 1..<range.upperBound
        // RFC 3986 §3.2.3: the port may be empty.
        if port.isEmpty { return !needsPort }
        guard let number = HTTP1Bytes.decimal(port, of: bytes) else { return false }
        return number <= 65535
    }

    private static func endOfName(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound, HTTP1Bytes.isHostName(bytes[index]) { index += 1 }
        return index > range.lowerBound ? index : nil
    }

    /// After the `]` of an IPv6 address; its digits and colons are not counted here.
    private static func endOfLiteral(_ range: Range<Int>, of bytes: Span<UInt8>) -> Int? {
        var index = range.lowerBound + 1
        while index < range.upperBound, isAddress(bytes[index]) { index += 1 }
        guard index < range.upperBound, bytes[index] == UInt8(ascii: "]"), index > range.lowerBound + 2 else { return nil }
        return index + 1
    }

    private static func isAddress(_ byte: UInt8) -> Bool {
        HTTP1Bytes.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }
}
