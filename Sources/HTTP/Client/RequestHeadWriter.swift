/// The head of an upstream request as bytes.
enum RequestHeadWriter {
    private static let acceptedCodings = Array("accept-encoding: gzip, deflate\r\n".utf8)
    private static let userAgent = Array("user-agent: zoetrope\r\n".utf8)

    /// - Parameter room: bytes that will be added.
    static func bytes(for request: HTTPClientRequest, room: Int) -> [UInt8] {
        var fields = request.fields
        if request.contentType != nil { fields.remove(.contentType) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.wireBytes.count + request.url.path.utf8.count + 256 + room)
        HTTP1Serializer.appendRequestLine(request.method, target(of: request), to: &bytes)
        bytes.append(text: "host: ")
        request.url.appendAuthority(to: &bytes)
        HTTP1Serializer.appendLineEnd(to: &bytes)
        bytes.append(contentsOf: fields.wireBytes)
        if !fields.contains(.acceptEncoding) { bytes.append(contentsOf: acceptedCodings) }
        if !fields.contains(.userAgent) { bytes.append(contentsOf: userAgent) }
        if let type = request.contentType { HTTPFields.Entry.append(.contentType, type, to: &bytes) }
        if let length = contentLength(of: request) { HTTPFields.Entry.append(.contentLength, length, to: &bytes) }
        HTTP1Serializer.appendLineEnd(to: &bytes)
        return bytes
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
