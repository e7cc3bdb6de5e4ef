/// The head of an upstream request as bytes.
enum RequestHeadWriter {
    static func bytes(for request: HTTPClientRequest) -> [UInt8] {
        let goesByProxy = request.proxy != nil && request.url.scheme == .http
        let target = goesByProxy ? "http://\(request.url.authority)\(request.url.target)" : request.url.target
        var head = HTTPRequestHead(method: request.method, target: target)
        head.fields.append(.host, request.url.authority)
        head.fields.append(contentsOf: request.fields)
        if !head.fields.contains(.acceptEncoding) { head.fields.append(.acceptEncoding, "gzip, deflate") }
        if !head.fields.contains(.userAgent) { head.fields.append(.userAgent, "zoetrope") }
        if let length = contentLength(of: request) { head.fields.append(.contentLength, String(length)) }
        var bytes: [UInt8] = []
        HTTP1Serializer.append(head, to: &bytes)
        return bytes
    }

    /// RFC 9110 §8.6: methods that expect content say a length of 0, too.
    private static func contentLength(of request: HTTPClientRequest) -> Int? {
        let length = request.body.length ?? 0
        return length > 0 || [.post, .put, .patch].contains(request.method) ? length : nil
    }
}
