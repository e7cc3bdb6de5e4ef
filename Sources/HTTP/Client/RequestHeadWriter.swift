/// The head of an upstream request as bytes.
enum RequestHeadWriter {
    /// - Parameter room: bytes that will be added.
    static func bytes(for request: HTTPClientRequest, room: Int) -> [UInt8] {
        var fields = request.fields
        if request.contentType != nil { fields.remove(.contentType) }
        var head = ByteRoom(fields.room.count + request.url.path.utf8.count + 256, capacity: room)
        HTTP1Serializer.appendRequestLine(request.method, target(of: request), to: &head)
        head.append(text: "host: ")
        request.url.appendAuthority(to: &head)
        head.appendLineEnd()
        head.append(fields.room)
        if !fields.contains(.acceptEncoding) { head.append(text: "accept-encoding: gzip, deflate\r\n") }
        if !fields.contains(.userAgent) { head.append(text: "user-agent: zoetrope\r\n") }
        if let type = request.contentType { HTTPFields.Entry.append(.contentType, type, to: &head) }
        if let length = contentLength(of: request) { HTTPFields.Entry.append(.contentLength, length, to: &head) }
        head.appendLineEnd()
        return head.finish()
    }

    private static func target(of request: HTTPClientRequest) -> String {
        let goesByProxy = request.proxy != nil && request.url.scheme == .http
        return goesByProxy ? "http://\(request.url.authority)\(request.url.target)" : request.url.target
    }

    /// RFC 9110 §8.6: methods that expect content say a length of 0, too.
    private static func contentLength(of request: HTTPClientRequest) -> Int? {
        let length = request.body.length ?? 0
        if length > 0 { return length }
        switch request.method {
        case .post, .put, .patch: return 0
        case _: return nil
        }
    }
}
