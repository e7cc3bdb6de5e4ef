/// A field name; compares without regard to case (RFC 9110 §5.1) and is always a token.
package struct HTTPFieldName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// Lower case.
    package let rawValue: String
    /// Told apart at a glance by `HTTPFields`; equal names have equal digests.
    let digest: UInt32

    /// Lowers the case; a byte that is no token character becomes `_`, so that no name can break a line.
    package init(_ name: String) {
        var bytes: [UInt8] = []
        bytes.append(text: name.isEmpty ? "_" : name)
        for index in bytes.indices {
            bytes[index] = HTTP1Bytes.isToken(bytes[index]) ? HTTP1Bytes.lowercased(bytes[index]) : UInt8(ascii: "_")
        }
        // What is right already is kept: a literal counts no references.
        rawValue = name.utf8.elementsEqual(bytes) ? name : String(repairing: bytes.span)
        digest = Self.digest(of: bytes.indices, in: bytes.span)
    }

    package init(stringLiteral name: String) {
        self.init(name)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.digest == right.digest && left.rawValue == right.rawValue
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(rawValue)
    }

    /// Length, first, middle and last byte, in either case: cheap, and different for nearly all names in use.
    @inline(__always)
    static func digest(of name: Range<Int>, in bytes: Span<UInt8>) -> UInt32 {
        let (first, middle, last) = (name.lowerBound, (name.lowerBound &+ name.upperBound) &>> 1, name.upperBound &- 1)
        let letters = UInt32(bytes[first]) << 16 | UInt32(bytes[middle]) << 8 | UInt32(bytes[last])
        return UInt32(truncatingIfNeeded: name.count) << 24 | letters | 0x20_2020
    }

    /// One bit of 64, for a set of names that may hold more than it was given.
    @inline(__always)
    static func mark(of digest: UInt32) -> UInt64 {
        1 &<< UInt64((digest &* 0x9E37_79B1) &>> 26)
    }
}

extension HTTPFieldName {
    package static let accept: HTTPFieldName = "accept"
    package static let acceptEncoding: HTTPFieldName = "accept-encoding"
    package static let acceptRanges: HTTPFieldName = "accept-ranges"
    package static let accessControlAllowHeaders: HTTPFieldName = "access-control-allow-headers"
    package static let accessControlAllowMethods: HTTPFieldName = "access-control-allow-methods"
    package static let accessControlAllowOrigin: HTTPFieldName = "access-control-allow-origin"
    package static let accessControlExposeHeaders: HTTPFieldName = "access-control-expose-headers"
    package static let accessControlMaxAge: HTTPFieldName = "access-control-max-age"
    package static let allow: HTTPFieldName = "allow"
    package static let authorization: HTTPFieldName = "authorization"
    package static let cacheControl: HTTPFieldName = "cache-control"
    package static let connection: HTTPFieldName = "connection"
    package static let contentDisposition: HTTPFieldName = "content-disposition"
    package static let contentEncoding: HTTPFieldName = "content-encoding"
    package static let contentLength: HTTPFieldName = "content-length"
    package static let contentRange: HTTPFieldName = "content-range"
    package static let contentSecurityPolicy: HTTPFieldName = "content-security-policy"
    package static let contentType: HTTPFieldName = "content-type"
    package static let contentTypeOptions: HTTPFieldName = "x-content-type-options"
    package static let cookie: HTTPFieldName = "cookie"
    package static let date: HTTPFieldName = "date"
    package static let etag: HTTPFieldName = "etag"
    package static let expect: HTTPFieldName = "expect"
    package static let forwardedFor: HTTPFieldName = "x-forwarded-for"
    package static let forwardedHost: HTTPFieldName = "x-forwarded-host"
    package static let forwardedProto: HTTPFieldName = "x-forwarded-proto"
    package static let host: HTTPFieldName = "host"
    package static let idempotencyKey: HTTPFieldName = "idempotency-key"
    package static let ifNoneMatch: HTTPFieldName = "if-none-match"
    package static let ifRange: HTTPFieldName = "if-range"
    package static let keepAlive: HTTPFieldName = "keep-alive"
    package static let lastModified: HTTPFieldName = "last-modified"
    package static let location: HTTPFieldName = "location"
    package static let origin: HTTPFieldName = "origin"
    package static let proxyAuthenticate: HTTPFieldName = "proxy-authenticate"
    package static let proxyAuthorization: HTTPFieldName = "proxy-authorization"
    package static let range: HTTPFieldName = "range"
    package static let requestID: HTTPFieldName = "x-request-id"
    package static let retryAfter: HTTPFieldName = "retry-after"
    package static let server: HTTPFieldName = "server"
    package static let setCookie: HTTPFieldName = "set-cookie"
    package static let stainlessRetryCount: HTTPFieldName = "x-stainless-retry-count"
    package static let te: HTTPFieldName = "te"
    package static let trailer: HTTPFieldName = "trailer"
    package static let transferEncoding: HTTPFieldName = "transfer-encoding"
    package static let upgrade: HTTPFieldName = "upgrade"
    package static let userAgent: HTTPFieldName = "user-agent"
    package static let vary: HTTPFieldName = "vary"
    package static let wwwAuthenticate: HTTPFieldName = "www-authenticate"
}
