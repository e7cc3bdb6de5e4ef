package import HTTP
package import Media

/// Hands out stored results (RFC 9110 §13 and §14): whoever knows the name may have the file.
package struct FilesEndpoint: Sendable {
    private let store: any MediaStore
    /// Seconds.
    private let retention: Int
    private let now: @Sendable () -> Int

    /// - Parameters:
    ///   - retention: how long files are kept, for caches.
    ///   - now: seconds since 1970.
    package init(store: any MediaStore, retention: Duration, now: @escaping @Sendable () -> Int) {
        self.store = store
        self.retention = Int(clamping: retention.components.seconds)
        self.now = now
    }

    /// The answer to GET or HEAD: 200, 206 or 304; the server leaves the body out for HEAD.
    package func response(to method: HTTPMethod, name: String, fields: HTTPFields) async -> Result<HTTPResponse, FilesFailure> {
        do throws(MediaStoreError) {
            guard let file = try await store.file(named: name) else { return .failure(.notFound) }
            return response(with: file, name: name, to: method, fields: fields)
        } catch {
            return .failure(.store(error))
        }
    }

    /// The same for a stored file that must be there.
    @inline(never)
    func answer(to head: HTTPRequestHead, name: String) async throws(APIError) -> HTTPResponse {
        switch await response(to: head.method, name: name, fields: head.fields) {
        case .success(let response): return response
        case .failure(.notFound): throw APIError(404, code: "not_found", "There is no such file, or it has expired.")
        case .failure(.store): throw APIError(500, type: "server_error", code: "storage_failed", "The file could not be read.")
        case .failure(.rangeNotSatisfiable(let length)):
            var response = APIError(416, code: "range_not_satisfiable", "The file has \(length) bytes.").response(in: .openAI)
            response.fields.set(.contentRange, "bytes */\(length)")
            return response
        }
    }

    private func response(
        with file: StoredFile, name: String, to method: HTTPMethod, fields request: HTTPFields
    ) -> Result<HTTPResponse, FilesFailure> {
        let conditions = FileConditions(request, method: method)
        var fields = standingFields(of: file)
        guard !conditions.hasUnchanged(file) else { return .success(HTTPResponse(status: 304, fields: fields)) }
        fields.set(.contentType, file.type.rawValue)
        fields.set(.contentDisposition, "\(file.type == .unknown ? "attachment" : "inline"); filename=\"\(name)\"")
        fields.set(.contentTypeOptions, "nosniff")
        // Nothing in the file may run or load, whatever a browser takes it for.
        fields.set(.contentSecurityPolicy, "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'")
        let length = file.content.count
        switch conditions.range(of: file) {
        case .whole: return .success(HTTPResponse(status: 200, fields: fields, body: .pieces([file.content])))
        case .unsatisfiable: return .failure(.rangeNotSatisfiable(length: length))
        case .range(let range):
            fields.set(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)")
            return .success(HTTPResponse(status: 206, fields: fields, body: .pieces([file.content.part(range)])))
        }
    }

    /// What a 304 carries, too (RFC 9110 §15.4.5).
    private func standingFields(of file: StoredFile) -> HTTPFields {
        let left = max(0, min(retention, retention - (now() - file.modified)))
        return [
            .etag: file.entityTag, .lastModified: HTTPDate.format(file.modified), .acceptRanges: "bytes",
            .cacheControl: "private, max-age=\(left), immutable",
        ]
    }
}

/// Why there is no file to hand out.
package enum FilesFailure: Error, Sendable, Hashable {
    /// No such name, or expired.
    case notFound
    /// 416, to be answered with `content-range: bytes */length` (RFC 9110 §15.5.17).
    case rangeNotSatisfiable(length: Int)
    case store(MediaStoreError)
}

/// What a request says about the copy it has and the part it wants.
struct FileConditions {
    private let fields: HTTPFields
    private let takesRanges: Bool

    init(_ fields: HTTPFields, method: HTTPMethod) {
        self.fields = fields
        // RFC 9110 §14.2: a range counts for GET alone.
        takesRanges = method == .get
    }

    /// RFC 9110 §13.2.2: dates count only where there is no entity tag.
    func hasUnchanged(_ file: StoredFile) -> Bool {
        if fields.contains(.ifNoneMatch) {
            return fields.hasCopy(file.entityTag)
        }
        guard let since = fields["if-modified-since"].flatMap({ HTTPDate.parse($0) }) else { return false }
        return file.modified <= since
    }

    func range(of file: StoredFile) -> ByteRange {
        guard takesRanges, let range = fields[.range], holdsForRange(file) else { return .whole }
        return ByteRange.parse(range, length: file.content.count)
    }

    /// RFC 9110 §13.1.5: a strong entity tag, or the very date.
    private func holdsForRange(_ file: StoredFile) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        return condition == file.entityTag || HTTPDate.parse(condition) == file.modified
    }
}

extension HTTPFields {
    /// Whether `If-None-Match` names what has this entity tag; it compares weakly (RFC 9110 §8.8.3.2).
    func hasCopy(_ entityTag: String) -> Bool {
        list(of: .ifNoneMatch).contains { $0 == "*" || ($0.hasPrefix("W/") ? $0.dropFirst(2) : $0[...]) == entityTag }
    }
}

extension ByteSource {
    /// - Parameter range: within `0..<count`.
    fileprivate func part(_ range: Range<Int>) -> ByteSource {
        switch self {
        case .bytes(let bytes): .bytes(bytes.dropFirst(range.lowerBound).prefix(range.count))
        case .file(let file, let whole): .file(file, whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
        }
    }
}
