import HTTP
import Media
import Transport

/// Reads a request's body into a form: JSON into memory, multipart as a stream whose files spill to disk.
struct FormReader {
    let limits: BodyLimits
    let spoolFolder: String

    func read(_ request: HTTPRequest) async throws(APIError) -> RequestForm {
        // What nearly everybody sends.
        if let type = request.head.fields.bytes(of: .contentType), FormReader.isPlainJSON(type.span) {
            return try await readJSON(try stream(request, maximum: limits.json))
        }
        return try await readOther(request)
    }

    private static let json = Array("application/json".utf8)

    private static func isPlainJSON(_ type: Swift.Span<UInt8>) -> Bool {
        let json = json.span
        guard type.count == json.count else { return false }
        for index in json.indices where type[index] != json[index] { return false }
        return true
    }

    @inline(never)
    private func readOther(_ request: HTTPRequest) async throws(APIError) -> RequestForm {
        guard let text = request.head.fields[.contentType], let type = MediaTypeHeader(parsing: text) else {
            throw FormReader.unsupportedType
        }
        if type.isJSON { return try await readJSON(try stream(request, maximum: limits.json)) }
        guard type.isMultipartForm else { throw FormReader.unsupportedType }
        let boundary: String
        do throws(MultipartError) { boundary = try MultipartParser.boundary(of: text) } catch { throw .malformedForm(error.message) }
        var reader = MultipartReader(boundary: boundary, limits: limits, spoolFolder: spoolFolder)
        return try await reader.read(try stream(request, maximum: limits.body))
    }

    private static let unsupportedType = APIError(
        415, code: "unsupported_media_type", "The request's Content-Type must be application/json or multipart/form-data.")

    /// The body with its content coding undone; a length that is too large is refused before anything is read.
    private func stream(_ request: HTTPRequest, maximum: Int) throws(APIError) -> any HTTPBodyStream {
        switch request.body {
        case .none: return EmptyBody()
        case .pieces: preconditionFailure("requests come as streams")
        case .stream(let stream, let length):
            if let length, length > maximum { throw .bodyTooLarge(maximum) }
            guard let decoded = DecodedBodyStream.request(stream, request.head.fields, length: length, maximum: maximum) else {
                throw APIError(415, code: "unsupported_content_encoding", "The request's Content-Encoding must be gzip or deflate.")
            }
            return decoded
        }
    }

    private func readJSON(_ stream: any HTTPBodyStream) async throws(APIError) -> RequestForm {
        var bytes: ArraySlice<UInt8> = []
        while try !stream.takeArrived(to: &bytes, maximum: limits.json) {
            guard let more = try await stream.nextBytes(maximum: limits.json) else { break }
            bytes += more
        }
        return bytes.count > FormReader.quickJSON ? try await FormReader.parseElsewhere(bytes).get() : try FormReader.parse(bytes)
    }
}

extension FormReader {
    /// Bytes of JSON that are parsed on the loop: about a millisecond's work.
    private static let quickJSON = 256 << 10

    @inline(never)
    private static func parseElsewhere(_ bytes: ArraySlice<UInt8>) async -> Result<RequestForm, APIError> {
        await BlockingPool.compute.run { Result { () throws(APIError) in try parse(bytes) } }
    }

    // Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private static func parse(_ bytes: ArraySlice<UInt8>) throws(APIError) -> RequestForm {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
            throw APIError(400, code: "invalid_json", "The request body is not valid JSON: \(error).")
        }
        guard let object = value.object else { throw APIError(400, code: "invalid_json", "The request body must be a JSON object.") }
        return RequestForm(fields: object)
    }
}

private struct EmptyBody: HTTPBodyStream {
    func next() async throws -> ArraySlice<UInt8>? { nil }
}

extension APIError {
    /// - Parameter maximum: bytes.
    static func bodyTooLarge(_ maximum: Int) -> APIError {
        APIError(413, code: "request_too_large", "The request body is larger than \(maximum) bytes.")
    }

    /// Why a body could not be read.
    @inline(never)
    fileprivate init(ofBody error: any Error, maximum: Int) {
        self =
            switch error {
            case let error as RequestBodyError: APIError(error)
            case let error as HTTPClientError where error.kind == .tooLarge: .bodyTooLarge(maximum)
            case let error as HTTPClientError:
                APIError(400, code: "malformed_body", "The request body is malformed: \(error.message).")
            case _: APIError(400, code: "incomplete_body", "The request body ended early.")
            }
    }

    static func malformedForm(_ message: String) -> APIError {
        APIError(400, code: "invalid_multipart", "The multipart body is malformed: \(message).")
    }
}

extension HTTPBodyStream {
    /// Bridges the untyped errors of body streams.
    /// - Parameter maximum: the limit that a body which is too large has passed.
    func nextBytes(maximum: Int) async throws(APIError) -> ArraySlice<UInt8>? {
        do {
            switch try arrived() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case nil: return try await next()
            }
        } catch { throw APIError(ofBody: error, maximum: maximum) }
    }

    /// Adds what can be had without waiting; true at the end.
    @inline(never)
    func takeArrived(to bytes: inout ArraySlice<UInt8>, maximum: Int) throws(APIError) -> Bool {
        do {
            while let arrived = try arrived() {
                guard case .bytes(let more) = arrived else { return true }
                if bytes.isEmpty { bytes = more } else { bytes += more }
            }
            return false
        } catch { throw APIError(ofBody: error, maximum: maximum) }
    }
}
