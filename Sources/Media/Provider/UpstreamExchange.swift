package import HTTP

/// A request to an upstream, as a value.
package struct UpstreamRequest: Sendable {
    package var method: HTTPMethod
    /// A `builtin` provider's requests have the host `builtin.invalid` and never reach a socket.
    package var url: HTTPURL
    package var fields: HTTPFields
    package var body: UpstreamBody
    /// The answer may be `text/event-stream` and is then read event by event.
    package var streams: Bool

    package init(_ method: HTTPMethod, _ url: HTTPURL, fields: HTTPFields = HTTPFields(), body: UpstreamBody = .none, streams: Bool = false)
    {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.streams = streams
    }
}

/// The content of an upstream request. The sender writes Content-Type and length.
package enum UpstreamBody: Sendable {
    case none
    case json(JSONValue)
    case multipart([MultipartPart])
    /// Anything else, and JSON that had to be signed.
    case bytes([UInt8], type: String)
}

/// One part of a multipart body that we send.
package typealias MultipartPart = MultipartSerializer.Part

/// An upstream's whole answer, bounded and with its content coding undone.
package struct UpstreamResponse: Sendable {
    package var status: HTTPStatus
    package var fields: HTTPFields
    package var body: [UInt8]

    package init(status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
