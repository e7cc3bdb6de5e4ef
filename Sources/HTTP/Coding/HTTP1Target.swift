/// The target of a request line, in one of the four forms of RFC 9112 §3.2.
struct HTTP1Target: Sendable {
    /// Origin-form, `*`, or CONNECT's authority.
    var text: String
    /// What an absolute-form named; it replaces the Host field (RFC 9112 §3.2.2).
    var authority: String?

    /// - Throws: kind `target`.
    init(_ range: Range<Int>, of bytes: Span<UInt8>, for method: HTTPMethod) throws(HTTPParseError) {
        guard let first = range.first else { throw HTTPParseError(.requestLine, "the request line has no target") }
        if method == .connect {
            self = try Self.authorityForm(range, of: bytes)
        } else if bytes[first] == UInt8(ascii: "/") {
            try Self.checkPath(range, of: bytes)
            self.init(text: bytes.text(range), authority: nil)
        } else if bytes[first] == UInt8(ascii: "*") {
            // RFC 9112 §3.2.4: the asterisk-form is for OPTIONS alone.
            guard range.count == 1, method == .options else { throw HTTPParseError(.target, "the target * is for OPTIONS only") }
            self.init(text: "*", authority: nil)
        } else {
            self = try Self.absoluteForm(range, of: bytes, for: method)
        }
    }

    private init(text: String, authority: String?) {
        self.text = text
        self.authority = authority
    }

    /// `host:port`, both needed (RFC 9112 §3.2.3).
    private static func authorityForm(_ range: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) -> HTTP1Target {
        guard HTTP1Host.isValid(range, of: bytes, needsPort: true) else {
            throw HTTPParseError(.target, "the target of CONNECT is not host:port")
        }
        let text = bytes.text(range)
        return HTTP1Target(text: text, authority: text)
    }

    /// `http://authority/path?query` (RFC 9112 §3.2.2). No other scheme is served here; user information is refused (RFC 9110 §4.2.4).
    private static func absoluteForm(
        _ range: Range<Int>, of bytes: Span<UInt8>, for method: HTTPMethod
    ) throws(HTTPParseError) -> HTTP1Target {
        let authorityStart = range.lowerBound + 7
        guard range.count > 7, HTTP1Bytes.isEqual(bytes, range.lowerBound..<authorityStart, ignoringCase: "http://") else {
            throw HTTPParseError(.target, "the target is neither a path nor an http URL")
        }
        var end = authorityStart
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard HTTP1Host.isValid(authorityStart..<end, of: bytes) else { throw HTTPParseError(.target, "the target's host is not valid") }
        try checkPath(end..<range.upperBound, of: bytes)
        let rest = bytes.text(end..<range.upperBound)
        let text =
            if rest.isEmpty { method == .options ? "*" : "/" } else if rest.utf8.first == UInt8(ascii: "?") { "/" + rest } else { rest }
        return HTTP1Target(text: text, authority: bytes.text(authorityStart..<end))
    }

    /// A path with well-formed escapes, none of them for NUL, then perhaps `?` and a query (RFC 3986 §3.3, §3.4).
    private static func checkPath(_ range: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) {
        precondition(range.upperBound <= bytes.count)
        var index = range.lowerBound
        // In bounds by that.
        while index < range.upperBound, HTTP1Bytes.isPath(bytes[unchecked: index]) {
            if bytes[unchecked: index] == UInt8(ascii: "%") { try checkEscape(at: index, to: range.upperBound, of: bytes) }
            index += 1
        }
        guard index < range.upperBound else { return }
        guard bytes[index] == UInt8(ascii: "?") else { throw HTTPParseError(.target, "the path holds a character that must be escaped") }
        while index < range.upperBound, HTTP1Bytes.isQuery(bytes[index]) { index += 1 }
        guard index == range.upperBound else { throw HTTPParseError(.target, "the query holds a character that must be escaped") }
    }

    private static func checkEscape(at index: Int, to end: Int, of bytes: Span<UInt8>) throws(HTTPParseError) {
        guard index + 2 < end, let high = HTTP1Bytes.hexValue(bytes[index + 1]), let low = HTTP1Bytes.hexValue(bytes[index + 2]) else {
            throw HTTPParseError(.target, "the path holds a broken percent-escape")
        }
        guard high + low > 0 else { throw HTTPParseError(.target, "the path holds an escaped NUL") }
    }
}
