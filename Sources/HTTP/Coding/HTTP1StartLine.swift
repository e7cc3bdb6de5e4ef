/// The first line of a message.
enum HTTP1StartLine: Sendable {
    case request(HTTPMethod, HTTP1Target, HTTPVersion)
    case status(HTTPVersion, HTTPStatus)
}

extension HTTP1StartLine {
    /// `method SP target SP HTTP-version`, single spaces (RFC 9112 §3).
    init(requestLine line: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) {
        var methodEnd = line.lowerBound
        while methodEnd < line.upperBound, HTTP1Bytes.isToken(bytes[methodEnd]) { methodEnd += 1 }
        guard methodEnd > line.lowerBound, methodEnd < line.upperBound, bytes[methodEnd] == UInt8(ascii: " ") else {
            throw HTTPParseError(.requestLine, "the request line does not start with a method and a space")
        }
        guard let targetEnd = ByteScan.firstIndex(of: UInt8(ascii: " "), in: bytes, from: methodEnd + 1), targetEnd < line.upperBound else {
            throw HTTPParseError(.requestLine, "the request line has no version")
        }
        // The version goes first: of another version's request line nothing else can be judged.
        let version = try Self.version(targetEnd + 1..<line.upperBound, of: bytes)
        let method = HTTPMethod(bytes.text(line.lowerBound..<methodEnd))
        self = .request(method, try HTTP1Target(methodEnd + 1..<targetEnd, of: bytes, for: method), version)
    }

    /// `HTTP-version SP 3DIGIT SP [reason]` (RFC 9112 §4); the last space may be missing, as it often is.
    init(statusLine line: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) {
        let start = line.lowerBound
        guard line.count >= 12, bytes[start + 8] == UInt8(ascii: " "), line.count == 12 || bytes[start + 12] == UInt8(ascii: " "),
            let code = HTTP1Bytes.decimal(start + 9..<start + 12, of: bytes), (100...599).contains(code)
        else { throw HTTPParseError(.statusLine, "the status line is malformed") }
        self = .status(try Self.version(start..<start + 8, of: bytes), HTTPStatus(code))
    }

    /// `HTTP/` in capitals, a digit, a dot, a digit (RFC 9112 §2.3). Later minor versions of 1 are taken as 1.1 (RFC 9110 §2.5).
    private static func version(_ range: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) -> HTTPVersion {
        let (start, name) = (range.lowerBound, "HTTP/".utf8.span)
        if range.count == 8, bytes.word(at: start) == current { return .http1_1 }
        guard range.count == 8, HTTP1Bytes.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."),
            HTTP1Bytes.isDigit(bytes[start + 7])
        else { throw HTTPParseError(.version, "the HTTP version is malformed") }
        for index in 0..<5 where bytes[start + index] != name[index] {
            throw HTTPParseError(.version, "the HTTP version is malformed")
        }
        guard bytes[start + 5] == UInt8(ascii: "1") else {
            throw HTTPParseError(.unsupportedVersion, "only HTTP/1.0 and HTTP/1.1 are spoken")
        }
        return bytes[start + 7] == UInt8(ascii: "0") ? .http1_0 : .http1_1
    }

    /// `HTTP/1.1`.
    private static var current: UInt64 { 0x312E_312F_5054_5448 }
}

extension Span<UInt8> {
    /// Eight bytes, the first of them lowest.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// A copy of these bytes, already found to be ASCII, as text.
    func text(_ range: Range<Int>) -> String {
        String(copying: UTF8Span(unchecked: extracting(range), isKnownASCII: true))
    }
}
