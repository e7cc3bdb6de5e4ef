package import Transport

/// A request to send, with everything that decides how.
package struct HTTPClientRequest: Sendable {
    package var method: HTTPMethod
    package var url: HTTPURL
    /// Without host, length and transfer coding: the client writes those.
    package var fields: HTTPFields
    /// Of the body; wins over one among the fields.
    package var contentType: String?
    /// `pieces` or `none`; what may have to be sent again is not a stream.
    package var body: HTTPBody
    /// For resolving, connecting and the TLS handshake together.
    package var connectTimeout: Duration
    /// For all of it, the last byte of the answer included.
    package var deadline: Instant
    package var tls: TLSContext?
    /// Reached by CONNECT for https, by absolute-form for http.
    package var proxy: HTTPURL?
    /// Connect to this very address instead of resolving the host: 4 or 16 bytes. Of no effect where a proxy connects.
    package var pinnedAddress: [UInt8]?
    /// Do not take a connection from the pool.
    package var freshConnection: Bool
    /// Bytes of content, after its coding is undone.
    package var maximumBody: Int
    /// What the request is counted by; nil: nobody asks.
    package var tally: ConnectionTally?

    package init(
        _ method: HTTPMethod, _ url: HTTPURL, fields: HTTPFields = HTTPFields(), contentType: String? = nil, body: HTTPBody = .none,
        connectTimeout: Duration = .seconds(5), deadline: Instant, tls: TLSContext? = nil, proxy: HTTPURL? = nil,
        pinnedAddress: [UInt8]? = nil, freshConnection: Bool = false, maximumBody: Int = 256 << 20,
        tally: ConnectionTally? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.contentType = contentType
        self.body = body
        self.connectTimeout = connectTimeout
        self.deadline = deadline
        self.tls = tls
        self.proxy = proxy
        self.pinnedAddress = pinnedAddress
        self.freshConnection = freshConnection
        self.maximumBody = maximumBody
        self.tally = tally
    }
}

/// A request on its way. A class, for it waits in many frames at once.
package final class HTTPClientCall: Sendable {
    let request: HTTPClientRequest

    package init(_ request: HTTPClientRequest) {
        self.request = request
    }
}

/// The head of an answer, and its content as it arrives. The connection goes back to the pool when the content has come with the head, or
/// has been read to its end, and is closed when the response is dropped before. A class, for it is handed through many frames.
package final class HTTPClientResponse: Sendable {
    package let head: HTTPResponseHead
    package let body: any HTTPBodyStream
    /// Of the content as it travels, in bytes; nil where the upstream has not told.
    package let length: Int?

    init(head: HTTPResponseHead, body: any HTTPBodyStream, length: Int?) {
        self.head = head
        self.body = body
        self.length = length
    }
}

/// Why there is no answer.
package struct HTTPClientError: Error, Sendable, Hashable {
    package enum Kind: Sendable {
        /// Nothing was sent: resolution, connect, TLS or proxy failed.
        case unreachable
        /// A pooled connection was closed before the first byte of the answer, while the request went out or within a second.
        case stale
        /// The connection broke after sending, or before the end of the answer.
        case reset
        case timedOut
        /// The answer is no HTTP, or its coding is broken.
        case malformed
        case tooLarge
        case cancelled
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
