/// How the end of a message's content is found.
package enum BodyFraming: Sendable, Hashable {
    case none
    /// Bytes.
    case length(Int)
    case chunked
    case untilClose
}

/// RFC 9112 §6: which framing the fields ask for. Everything two readers could understand differently is refused.
enum HTTP1Framing {
    /// Of a request; without either field there is no content (RFC 9112 §6.3, rule 7).
    static func ofRequest(_ fields: HTTPFields, _ version: HTTPVersion, limit: Int) throws(HTTPParseError) -> BodyFraming {
        try declared(in: fields, version, limit: limit) ?? .none
    }

    /// Of a response, which also depends on the request's method (RFC 9112 §6.3, rules 1, 2 and 8).
    static func ofResponse(
        _ status: HTTPStatus, to method: HTTPMethod, _ fields: HTTPFields, _ version: HTTPVersion, limit: Int
    ) throws(HTTPParseError) -> BodyFraming {
        let isBare =
            status.isInformational || status == 204 || status == 304 || method == .head || (method == .connect && status.isSuccess)
        let declared = try declared(in: fields, version, limit: isBare ? .max : limit)
        return isBare ? .none : declared ?? .untilClose
    }

    private static func declared(
        in fields: HTTPFields, _ version: HTTPVersion, limit: Int
    ) throws(HTTPParseError) -> BodyFraming? {
        let length = try length(in: fields)
        if try isChunked(fields) {
            // RFC 9112 §6.1: both together is a smuggling attempt, and HTTP/1.0 has no transfer codings.
            guard length == nil else { throw HTTPParseError(.transferEncoding, "Content-Length and Transfer-Encoding exclude each other") }
            guard version == .http1_1 else { throw HTTPParseError(.transferEncoding, "HTTP/1.0 has no Transfer-Encoding") }
            return .chunked
        }
        guard let length else { return nil }
        guard length <= limit else { throw HTTPParseError(.bodyTooLarge, "Content-Length is above the limit") }
        return .length(length)
    }

    /// One line of digits; a list, even of equal numbers, is refused, as RFC 9112 §6.3 rule 5 allows.
    private static func length(in fields: HTTPFields) throws(HTTPParseError) -> Int? {
        let name = HTTPFieldName.contentLength
        guard let index = fields.firstIndex(of: name) else { return nil }
        guard fields.firstIndex(of: name, from: index + 1) == nil,
            let length = HTTP1Bytes.decimal(fields.value(at: index), of: fields.room.bytes.span)
        else { throw HTTPParseError(.contentLength, "Content-Length is repeated or not a number") }
        return length
    }

    /// Whether the one and only coding is `chunked`.
    private static func isChunked(_ fields: HTTPFields) throws(HTTPParseError) -> Bool {
        let name = HTTPFieldName.transferEncoding
        guard let first = fields.firstIndex(of: name) else { return false }
        var codings: [Range<Int>] = []
        for index in first..<fields.count where fields.matches(name, at: index) {
            codings += try Self.codings(in: fields.value(at: index), of: fields.room.bytes.span)
        }
        guard let last = codings.last else { return false }
        let bytes = fields.room.bytes.span
        // RFC 9112 §6.1: chunked must be applied once and last.
        for coding in codings.dropLast() where HTTP1Bytes.isEqual(bytes, coding, ignoringCase: "chunked") {
            throw HTTPParseError(.transferEncoding, "chunked is not the last transfer coding, or repeated")
        }
        // RFC 9112 §6.1: 501 for codings that are not understood.
        guard codings.count == 1, HTTP1Bytes.isEqual(bytes, last, ignoringCase: "chunked") else {
            throw HTTPParseError(.unsupportedCoding, "chunked is the only transfer coding understood")
        }
        return true
    }

    /// The members of one line, each a token; an empty member is refused.
    private static func codings(in value: Range<Int>, of bytes: Span<UInt8>) throws(HTTPParseError) -> [Range<Int>] {
        var codings: [Range<Int>] = []
        var start = value.lowerBound
        while true {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let coding = HTTP1Bytes.trimming(start..<end, of: bytes)
            guard !coding.isEmpty, coding.allSatisfy({ HTTP1Bytes.isToken(bytes[$0]) }) else {
                throw HTTPParseError(.transferEncoding, "Transfer-Encoding is not a list of names")
            }
            codings.append(coding)
            guard end < value.upperBound else { return codings }
            start = end + 1
        }
    }
}
