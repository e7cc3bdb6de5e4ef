/// Which trailer fields are kept.
enum HTTP1Trailers {
    /// Fields that frame, route, authenticate or describe the content have no meaning behind it (RFC 9110 §6.5.1): they are dropped, so
    /// that nobody can be led to act on them.
    private static let forbidden: [HTTPFieldName] = [
        .authorization, .cacheControl, .connection, .contentEncoding, .contentLength, .contentRange, .contentType, .cookie, .expect, .host,
        .ifNoneMatch, .ifRange, .keepAlive, .proxyAuthenticate, .proxyAuthorization, .range, .setCookie, .te, .trailer, .transferEncoding,
        .upgrade, .wwwAuthenticate, .forwardedFor, .forwardedHost, .forwardedProto, "max-forwards", "if-match", "if-modified-since",
        "if-unmodified-since", "forwarded", "proxy-connection",
    ]

    /// nil where nothing remains.
    static func kept(of fields: HTTPFields) -> HTTPFields? {
        guard !fields.isEmpty else { return nil }
        var kept = fields
        for name in forbidden { kept.remove(name) }
        return kept.isEmpty ? nil : kept
    }
}
