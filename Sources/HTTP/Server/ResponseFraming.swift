/// How a response's end is told (RFC 9112 §6.3), decided from the request and the response.
struct ResponseFraming {
    let sendsBody: Bool
    let isChunked: Bool
    let endsByClosing: Bool
    /// Of the body, in bytes.
    let length: Int?
    private let closes: Bool
    private let answersHTTP10: Bool

    init(_ response: borrowing HTTPResponse, for request: HTTPRequest?, closes: Bool) {
        let status = response.status.code
        let mayHaveBody = status >= 200 && status != 204 && status != 304
        sendsBody = mayHaveBody && request?.head.method != .head
        answersHTTP10 = request?.head.version == .http1_0
        length = mayHaveBody ? response.body.length : nil
        let isOpenEnded = mayHaveBody && length == nil
        isChunked = isOpenEnded && !answersHTTP10
        endsByClosing = isOpenEnded && answersHTTP10
        self.closes = closes || endsByClosing
    }

    /// Writes the response's own fields, then those that frame it, which replace what it says of them.
    func append(_ own: HTTPFields, to room: inout ByteRoom) {
        // A HEAD answer may tell the length of the body it does not have.
        let length = sendsBody || !own.contains(.contentLength) ? length : nil
        let connection = closes ? "close" : answersHTTP10 ? "keep-alive" : nil
        if length != nil && own.contains(.contentLength) || isChunked && own.contains(.transferEncoding)
            || connection != nil && own.contains(.connection)
        {
            var fields = own
            if length != nil { fields.remove(.contentLength) }
            if isChunked { fields.remove(.transferEncoding) }
            if connection != nil { fields.remove(.connection) }
            room.append(fields.room)
        } else {
            room.append(own.room)
        }
        if let length { HTTPFields.Entry.append(.contentLength, length, to: &room) }
        if isChunked { HTTPFields.Entry.append(.transferEncoding, "chunked", to: &room) }
        if let connection { HTTPFields.Entry.append(.connection, connection, to: &room) }
    }
}
