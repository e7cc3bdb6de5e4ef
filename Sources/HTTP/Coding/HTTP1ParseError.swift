/// Why bytes are no acceptable message. Where the next message would start is unknown then: the connection must close.
package struct HTTPParseError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case requestLine, statusLine, target, version, host, field, contentLength, transferEncoding, chunk
        case unsupportedVersion, unsupportedCoding
        case requestLineTooLong, headTooLarge, bodyTooLarge
        /// The connection ended inside a message.
        case truncated
        /// A response nobody asked for.
        case unexpectedResponse
    }

    package let kind: Kind
    /// For the log; holds nothing of what was sent.
    package let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// What a server answers; of no meaning for a response.
    package var status: HTTPStatus {
        switch kind {
        case .requestLine, .statusLine, .target, .version, .host, .field, .contentLength, .transferEncoding, .chunk, .truncated,
            .unexpectedResponse:
            400
        case .bodyTooLarge: 413
        case .requestLineTooLong: 414
        case .headTooLarge: 431
        case .unsupportedCoding: 501
        case .unsupportedVersion: 505
        }
    }
}
