import HTTP
import Media
import Transport

/// Reads a request's body into a form: JSON into memory, multipart as a stream whose files spill to disk.
struct FormReader {
    let limits: BodyLimits
    let spoolFolder: String

    func read(_ request: HTTPRequest) async throws(APIError) -> RequestForm {
        guard let text = request.head.fields[.contentType], let type = MediaTypeHeader(parsing: text) else {
            throw FormReader.unsupportedType
        }
        if type.isJSON { return try await readJSON(try stream(request, maximum: limits.json)) }
        guard type.isMultipartForm else { throw FormReader.unsupportedType }
        let boundary: String
        do throws(MultipartError) { boundary = try MultipartParser.boundary(of: text) } catch { throw malformed(error.message) }
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
            if let length, length > maximum { throw tooLarge(maximum) }
            guard let decoded = DecodedBodyStream.request(stream, request.head.fields, maximum: maximum) else {
                throw APIError(415, code: "unsupported_content_encoding", "The request's Content-Encoding must be gzip or deflate.")
            }
            return decoded
        }
    }

    private func readJSON(_ stream: any HTTPBodyStream) async throws(APIError) -> RequestForm {
        var bytes: ArraySlice<UInt8> = []
        while let more = try await nextBytes(of: stream, maximum: limits.json) {
            if bytes.isEmpty { bytes = more } else { bytes += more }
        }
        let value: JSONValue
        do throws(JSONError) { value = try await FormReader.parse(bytes).get() } catch {
            throw APIError(400, code: "invalid_json", "The request body is not valid JSON: \(error).")
        }
        guard let object = value.object else { throw APIError(400, code: "invalid_json", "The request body must be a JSON object.") }
        return RequestForm(fields: object)
    }
}

extension FormReader {
    /// Bytes of JSON that are parsed on the loop: about a millisecond's work.
    private static let quickJSON = 256 << 10

    private static func parse(_ bytes: ArraySlice<UInt8>) async -> Result<JSONValue, JSONError> {
        let parse = { @Sendable () in Result { () throws(JSONError) in try JSONValue(parsing: bytes) } }
        return bytes.count > quickJSON ? await BlockingPool.compute.run(parse) : parse()
    }
}

private struct EmptyBody: HTTPBodyStream {
    func next() async throws -> ArraySlice<UInt8>? { nil }
}

private func tooLarge(_ maximum: Int) -> APIError {
    APIError(413, code: "request_too_large", "The request body is larger than \(maximum) bytes.")
}

private func malformed(_ message: String) -> APIError {
    APIError(400, code: "invalid_multipart", "The multipart body is malformed: \(message).")
}

/// Bridges the untyped errors of body streams.
private func nextBytes(of stream: any HTTPBodyStream, maximum: Int) async throws(APIError) -> ArraySlice<UInt8>? {
    do {
        return try await stream.next()
    } catch let error as RequestBodyError {
        throw APIError(error)
    } catch let error as HTTPClientError {
        throw error.kind == .tooLarge
            ? tooLarge(maximum) : APIError(400, code: "malformed_body", "The request body is malformed: \(error.message).")
    } catch {
        throw APIError(400, code: "incomplete_body", "The request body ended early.")
    }
}

/// Collects the parts of a multipart form.
private struct MultipartReader {
    private let limits: BodyLimits
    private let spoolFolder: String
    private var parser: MultipartParser
    private var texts: [(name: String, value: String)] = []
    private var files: [UploadedFile] = []
    /// Of all text fields together: they stay in memory, as JSON does.
    private var textBytes = 0

    init(boundary: String, limits: BodyLimits, spoolFolder: String) {
        self.limits = limits
        self.spoolFolder = spoolFolder
        parser = MultipartParser(boundary: boundary)
    }

    mutating func read(_ stream: any HTTPBodyStream) async throws(APIError) -> RequestForm {
        while true {
            switch try await nextEvent(stream) {
            case .part(let head): try await readPart(head, stream)
            case .end:
                while try await nextBytes(of: stream, maximum: limits.body) != nil {}
                return RequestForm(fields: try fields(), files: files, isMultipart: true)
            case .needsMore, .body, .endOfPart: break
            }
        }
    }

    private mutating func nextEvent(_ stream: any HTTPBodyStream) async throws(APIError) -> MultipartEvent {
        while true {
            let event: MultipartEvent
            do throws(MultipartError) { event = try parser.next() } catch { throw malformed(error.message) }
            guard event == .needsMore else { return event }
            guard let bytes = try await nextBytes(of: stream, maximum: limits.body) else {
                throw malformed("it ends before its final boundary")
            }
            parser.append(bytes)
        }
    }

    private mutating func readPart(_ head: MultipartPartHead, _ stream: any HTTPBodyStream) async throws(APIError) {
        if head.fileName == nil { try await readText(head, stream) } else { try await readFile(head, stream) }
    }

    private mutating func readText(_ head: MultipartPartHead, _ stream: any HTTPBodyStream) async throws(APIError) {
        var bytes: [UInt8] = []
        while case .body(let more) = try await nextEvent(stream) {
            bytes += more
            textBytes += more.count
            guard textBytes <= limits.json else {
                throw APIError(413, code: "request_too_large", field: head.name, "The text fields are larger than \(limits.json) bytes.")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(head.name, "A text field is not valid UTF-8.") }
        texts.append((head.name, text))
    }

    private mutating func readFile(_ head: MultipartPartHead, _ stream: any HTTPBodyStream) async throws(APIError) {
        let field = fileField(head.name)
        guard files.count <= ImageRequestDecoder.maximumInputs else {
            throw .invalid(field, "At most \(ImageRequestDecoder.maximumInputs) images are taken.")
        }
        var intake = Intake(spool: ContentSpool(folder: spoolFolder, maximumBytes: limits.file))
        do throws(FetchError) {
            while case .body(let bytes) = try await event(stream) { try await intake.append(bytes) }
            let (content, start) = try await intake.finish()
            // A browser's form sends this for a file that nobody has chosen.
            if head.fileName == "", content.count == 0 { return }
            files.append(UploadedFile(field: field, content: content, type: MediaType(sniffing: start)))
        } catch {
            if let pending = exchangePending() { throw pending }
            throw uploadError(error, field)
        }
    }

    /// `image[]` and `image[0]` are `image`.
    private func fileField(_ name: String) -> String {
        guard name.hasSuffix("]"), let bracket = name.lastIndex(of: "[") else { return name }
        let index = name[name.index(after: bracket)...].dropLast()
        return index.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? String(name[..<bracket]) : name
    }

    private var pendingError: APIError?

    /// An event inside the typed world of the intake; what goes wrong is kept for `readFile`.
    private mutating func event(_ stream: any HTTPBodyStream) async throws(FetchError) -> MultipartEvent {
        do throws(APIError) { return try await nextEvent(stream) } catch {
            pendingError = error
            throw FetchError(.unreachable, detail: "multipart")
        }
    }

    private mutating func exchangePending() -> APIError? {
        defer { pendingError = nil }
        return pendingError
    }

    private func uploadError(_ error: FetchError, _ field: String) -> APIError {
        switch error.kind {
        case .tooLarge: APIError(413, code: "file_too_large", field: field, "A file is larger than \(limits.file) bytes.")
        case .storage: .diskFull
        case .cancelled, .invalidURL, .status, .unreachable, .wrongType: malformed("a file could not be read")
        }
    }

    private func fields() throws(APIError) -> JSONObject {
        do throws(FormFieldError) { return try JSONObject(formFields: texts) } catch {
            throw .invalid(String(error.field.prefix(64)), "The form's field names cannot be put together.")
        }
    }
}
