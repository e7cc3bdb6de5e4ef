import HTTP
import Media

/// Collects the parts of a multipart form.
struct MultipartReader {
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
                while try await stream.nextBytes(maximum: limits.body) != nil {}
                return RequestForm(fields: try fields(), files: files, isMultipart: true)
            case .needsMore, .body, .endOfPart: break
            }
        }
    }

    private mutating func nextEvent(_ stream: any HTTPBodyStream) async throws(APIError) -> MultipartEvent {
        while true {
            let event: MultipartEvent
            do throws(MultipartError) { event = try parser.next() } catch { throw .malformedForm(error.message) }
            guard event == .needsMore else { return event }
            guard let bytes = try await stream.nextBytes(maximum: limits.body) else {
                throw .malformedForm("it ends before its final boundary")
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
        case .cancelled, .invalidURL, .status, .unreachable, .wrongType: .malformedForm("a file could not be read")
        }
    }

    private func fields() throws(APIError) -> JSONObject {
        do throws(FormFieldError) { return try JSONObject(formFields: texts) } catch {
            throw .invalid(String(error.field.prefix(64)), "The form's field names cannot be put together.")
        }
    }
}
