import Compression
import Transport

/// gzip for JSON answers, where the client accepts it and it pays.
enum ContentEncoder {
    /// Bytes: smaller bodies are not worth it, larger ones are mostly base64 pictures, which hardly shrink.
    private static let worthwhile = 1024...(1 << 20)
    /// Bytes that are compressed on the loop, in well under a millisecond.
    private static let onLoop = 16 * 1024

    static func encode(_ response: inout HTTPResponse, for request: HTTPRequestHead) async {
        guard case .pieces(let pieces) = response.body, pieces.count == 1, case .bytes(let bytes) = pieces[0],
            worthwhile.contains(bytes.count), isJSON(response.fields), !response.fields.contains(.contentEncoding)
        else { return }
        response.fields.append(.vary, "accept-encoding")
        guard AcceptHeader.allowsGzip(acceptEncoding: request.fields[.acceptEncoding]) else { return }
        let coded = bytes.count <= onLoop ? gzip(bytes, level: 1) : await BlockingPool.compute.run { gzip(bytes, level: 1) }
        response.fields.set(.contentEncoding, "gzip")
        response.body = HTTPBody(coded)
    }

    private static func isJSON(_ fields: HTTPFields) -> Bool {
        fields[.contentType]?.hasPrefix("application/json") ?? false
    }
}
