/// The versions this house speaks.
package enum HTTPVersion: Sendable, Hashable {
    case http1_0, http1_1
}

/// What a request says before its content.
package struct HTTPRequestHead: Sendable, Equatable {
    package var method: HTTPMethod
    /// Origin-form (`/path?query`), `*`, or for CONNECT the authority. The absolute-form of a proxy request is reduced to these.
    package var target: String
    package var version: HTTPVersion
    package var fields: HTTPFields

    package init(method: HTTPMethod, target: String, version: HTTPVersion = .http1_1, fields: HTTPFields = HTTPFields()) {
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
    }

    /// The target up to its question mark, percent-escapes as sent.
    package var path: String {
        guard let mark else { return target }
        return String(Substring(target.utf8.prefix(mark)))
    }

    /// What follows the target's first question mark, as sent; nil where there is none.
    package var query: String? {
        mark.map { String(Substring(target.utf8.dropFirst($0 + 1))) }
    }

    /// Where the target's first question mark is, in bytes.
    private var mark: Int? { ByteScan.firstIndex(of: UInt8(ascii: "?"), in: target.utf8Span.span) }

    /// Host and port the request is for: the Host field, which an absolute-form target has replaced (RFC 9112 §3.2.2).
    package var authority: String? { fields[.host] }
}

/// What a response says before its content. The reason phrase is not kept: nobody may rely on it (RFC 9112 §4).
package struct HTTPResponseHead: Sendable, Equatable {
    package var version: HTTPVersion
    package var status: HTTPStatus
    package var fields: HTTPFields

    package init(version: HTTPVersion = .http1_1, status: HTTPStatus, fields: HTTPFields = HTTPFields()) {
        self.version = version
        self.status = status
        self.fields = fields
    }
}
