package import HTTP

/// A request to an upstream, as a value. Large, and kept until its answer is there: copies share the members until one is changed.
package struct UpstreamRequest: Sendable {
    /// Exactly one.
    private var content: [Content]

    private struct Content: Sendable {
        var method: HTTPMethod
        var url: HTTPURL
        var fields: HTTPFields
        var body: UpstreamBody
        var streams: Bool
    }

    package init(_ method: HTTPMethod, _ url: HTTPURL, fields: HTTPFields = HTTPFields(), body: UpstreamBody = .none, streams: Bool = false)
    {
        content = [Content(method: method, url: url, fields: fields, body: body, streams: streams)]
    }

    package var method: HTTPMethod {
        get { content[0].method }
        _modify { yield &content[0].method }
    }
    /// A `builtin` provider's requests have the host `builtin.invalid` and never reach a socket.
    package var url: HTTPURL {
        get { content[0].url }
        _modify { yield &content[0].url }
    }
    package var fields: HTTPFields {
        get { content[0].fields }
        _modify { yield &content[0].fields }
    }
    package var body: UpstreamBody {
        get { content[0].body }
        _modify { yield &content[0].body }
    }
    /// The answer may be `text/event-stream` and is then read event by event.
    package var streams: Bool {
        get { content[0].streams }
        _modify { yield &content[0].streams }
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
