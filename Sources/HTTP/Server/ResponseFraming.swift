/// How a response's end is told (RFC 9112 §6.3), decided from the request and the response.
struct ResponseFraming {
    let sendsBody: Bool
    let isChunked: Bool
    let endsByClosing: Bool
    /// Of the body, in bytes.
    let length: Int?
    private let closes: Bool
    private let answersHTTP10: Bool

    init(_ response: HTTPResponse, for request: HTTPRequestHead?, closes: Bool) {
        let mayHaveBody = response.status.code != 204 && response.status.code != 304 && response.status.code >= 200
        sendsBody = mayHaveBody && request?.method != .head
        answersHTTP10 = request?.version == .http1_0
        length = mayHaveBody ? response.body.length : nil
        let isOpenEnded = mayHaveBody && length == nil
        isChunked = isOpenEnded && !answersHTTP10
        endsByClosing = isOpenEnded && answersHTTP10
        self.closes = closes || endsByClosing
    }

    /// Writes the response's own fields, then those that frame it, which replace what it says of them.
    func append(_ own: HTTPFields, to bytes: inout [UInt8]) {
        // A HEAD answer may tell the length of the body it does not have.
        let length = sendsBody || !own.contains(.contentLength) ? length : nil
        let connection = closes ? "close" : answersHTTP10 ? "keep-alive" : nil
        var fields = own
        if length != nil { fields.remove(.contentLength) }
        if isChunked { fields.remove(.transferEncoding) }
        if connection != nil { fields.remove(.connection) }
        bytes.append(contentsOf: fields.wireBytes)
        if let length { HTTPFields.Entry.append(.contentLength, length, to: &bytes) }
        if isChunked { HTTPFields.Entry.append(.transferEncoding, "chunked", to: &bytes) }
        if let connection { HTTPFields.Entry.append(.connection, connection, to: &bytes) }
    }
}
