import Compression
import Transport

/// gzip for JSON answers, where the client accepts it and it pays.
enum ContentEncoder {
    /// Bytes: smaller bodies are not worth it, larger ones are mostly base64 pictures, which hardly shrink.
    private static let worthwhile = 1024...(1 << 20)
    /// Bytes that are compressed on the loop, in well under a millisecond.
    private static let onLoop = 16 * 1024

    /// Content to be coded.
    struct Coding {
        let bytes: ArraySlice<UInt8>

        func encode() async -> HTTPBody {
            let bytes = bytes
            return HTTPBody(bytes.count <= onLoop ? gzip(bytes, level: 1) : await BlockingPool.compute.run { gzip(bytes, level: 1) })
        }
    }

    /// Writes the fields that tell of the coding; nil where the content stays as it is.
    static func coding(of response: inout HTTPResponse, for request: HTTPRequest) -> Coding? {
        guard case .pieces(let pieces) = response.body, pieces.count == 1, case .bytes(let bytes) = pieces[0],
            worthwhile.contains(bytes.count), isJSON(response.fields), !response.fields.contains(.contentEncoding)
        else { return nil }
        response.fields.append(.vary, "accept-encoding")
        guard AcceptHeader.allowsGzip(acceptEncoding: request.head.fields[.acceptEncoding]) else { return nil }
        response.fields.set(.contentEncoding, "gzip")
        return Coding(bytes: bytes)
    }

    private static func isJSON(_ fields: HTTPFields) -> Bool {
        fields[.contentType]?.hasPrefix("application/json") ?? false
    }
}
