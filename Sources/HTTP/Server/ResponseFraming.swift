/// How a response's end is told (RFC 9112 §6.3), decided from the request and the response.
struct ResponseFraming {
    let sendsBody: Bool
    let isChunked: Bool
    let endsByClosing: Bool
    private let length: Int?
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

    func apply(to fields: inout HTTPFields) {
        if let length {
            // A HEAD answer may tell the length of the body it does not have.
            if sendsBody || !fields.contains(.contentLength) { fields.set(.contentLength, String(length)) }
        }
        if isChunked { fields.set(.transferEncoding, "chunked") }
        if closes {
            fields.set(.connection, "close")
        } else if answersHTTP10 {
            fields.set(.connection, "keep-alive")
        }
    }
}
