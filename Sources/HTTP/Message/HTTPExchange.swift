/// A request as a handler gets it: the head, and a body that is read only when the handler asks.
/// A class, for it waits in many frames at once.
package final class HTTPRequest: Sendable {
    package let head: HTTPRequestHead
    package let body: HTTPBody
    /// Came over TLS.
    package let isSecure: Bool

    package init(head: HTTPRequestHead, body: HTTPBody = .none, isSecure: Bool = false) {
        self.head = head
        self.body = body
        self.isSecure = isSecure
    }
}

/// What a handler answers. Framing fields (length, transfer coding, connection, date) are the server's to write.
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus
    package var fields: HTTPFields
    package var body: HTTPBody
    /// Told once, when the last byte is written or cannot be.
    package var onEnd: (@Sendable (HTTPDelivery) -> Void)?

    package init(status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: HTTPBody = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// How an answer left.
package struct HTTPDelivery: Sendable {
    /// Body bytes handed to the socket.
    package var bodyBytes: Int
    /// False when the client went away before the end.
    package var isComplete: Bool
    /// Of the request's body, without framing, as far as it was read.
    package var receivedBytes: Int

    package init(bodyBytes: Int, isComplete: Bool, receivedBytes: Int = 0) {
        self.bodyBytes = bodyBytes
        self.isComplete = isComplete
        self.receivedBytes = receivedBytes
    }
}

/// Answers requests; total: errors are responses. Runs on the loop of its connection.
package protocol HTTPHandler: Sendable {
    /// The calling task is cancelled when the client goes away.
    func respond(to request: HTTPRequest) async -> HTTPResponse
    /// The answer when a request cannot even be handled.
    func refuse(_ reason: HTTPRefusal) -> HTTPResponse
}

/// Why the server answers without asking for a response.
package enum HTTPRefusal: Sendable, Hashable {
    case malformed(HTTPParseError)
    /// The head took too long (408).
    case headTimeout
    /// An `expect` field other than 100-continue (417).
    case unknownExpectation
    /// The connection limit is reached (503).
    case noRoom
}
