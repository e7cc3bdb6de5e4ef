import HTTP
import Media
import Transport

/// Turns what a request names as images and videos into such: uploads and data URLs are checked by their first bytes, our own URLs are
/// read from the store, and foreign URLs stay URLs until somebody needs their bytes.
struct InputLoader: Sendable {
    let store: any MediaStore
    let ownFiles: OwnFileURLs
    let rules: FetchRules
    let caller: Caller
    /// Bytes of one file.
    let maximumFile: Int

    func load(_ request: ImageRequest) async throws(APIError) -> GenerationRequest {
        var generation = request.generation
        if !request.inputs.isEmpty { generation.inputs = try await images(request.inputs) }
        if let mask = request.mask { generation.mask = try await load(mask, .image, "mask") }
        return generation
    }

    /// Loads images, and a video of the caller's own; one that was made here is for others to find.
    func load(_ request: VideoRequest) async throws(APIError) -> GenerationRequest {
        var generation = request.generation
        generation.inputs = try await images(request.inputs)
        if case .input(let reference)? = request.video { generation.source = .given(try await loadVideo(reference)) }
        return generation
    }

    func loadVideo(_ reference: InputReference) async throws(APIError) -> MediaInput { try await load(reference, .video, "video") }

    /// The video that a task of the caller's made; nil where it is not kept any more.
    func video(of task: GenerationTask) async -> MediaInput? {
        guard case .stored(let name)? = task.outputs.first(where: { $0.role == .result })?.content else { return nil }
        return await own(name, .video, "video")
    }

    private func images(_ references: [InputReference]) async throws(APIError) -> [MediaInput] {
        var images: [MediaInput] = []
        for (index, reference) in references.enumerated() { images.append(try await load(reference, .image, "image-\(index)")) }
        return images
    }

    private func load(_ reference: InputReference, _ kind: Kind, _ name: String) async throws(APIError) -> MediaInput {
        switch reference {
        case .upload(let file):
            guard let type = file.type, kind.takes(type) else { throw kind.wrongType(file.field) }
            return input(file.content, type, name)
        case .dataURI(let uri, let field):
            let bytes = try await decode(uri, field)
            guard let type = MediaType(sniffing: bytes.prefix(16)), kind.takes(type) else { throw kind.wrongType(field) }
            return input(ByteSource(bytes), type, name)
        case .url(let text, let field):
            if let own = ownFiles.name(in: text) { return try await stored(own, field, kind, name) }
            if case .failure(let refusal) = rules.check(url: text) {
                throw .invalid(field, "Invalid '\(field)': \(FetchError(refusal).message).", code: "invalid_\(kind.rawValue)_url")
            }
            return MediaInput(content: .url(text), type: nil, fileName: name)
        }
    }

    private func input(_ content: ByteSource, _ type: MediaType, _ name: String) -> MediaInput {
        MediaInput(content: .data(content), type: type, fileName: "\(name).\(type.fileExtension)")
    }

    private func stored(_ stored: String, _ field: String, _ kind: Kind, _ name: String) async throws(APIError) -> MediaInput {
        guard let input = await own(stored, kind, name) else {
            throw .invalid(field, "Invalid '\(field)': there is no such file.", code: "file_not_found")
        }
        return input
    }

    /// A file of the caller's by its name in the store; nil where there is none, or it is of another kind.
    private func own(_ stored: String, _ kind: Kind, _ name: String) async -> MediaInput? {
        guard let file = try? await store.file(named: stored), file.isOwned(caller.name), kind.takes(file.type) else { return nil }
        return input(file.content, file.type, name)
    }

    private func decode(_ uri: DataURI, _ field: String) async throws(APIError) -> [UInt8] {
        guard uri.base64.utf8.count <= Base64.encodedCount(of: maximumFile) else {
            throw APIError(413, code: "file_too_large", field: field, "A file is larger than \(maximumFile) bytes.")
        }
        let isLarge = uri.base64.utf8.count > 64 * 1024
        guard let bytes = isLarge ? await BlockingPool.compute.run({ try? uri.decoded() }) : try? uri.decoded() else {
            throw .invalid(field, "Invalid '\(field)': not valid base64.", code: "invalid_base64")
        }
        return bytes
    }
}

extension InputLoader {
    /// What an input must be.
    private enum Kind: String {
        case image, video

        func takes(_ type: MediaType) -> Bool {
            switch self {
            case .image: type.isImage
            case .video: type.isVideo
            }
        }

        func wrongType(_ field: String) -> APIError {
            switch self {
            case .image:
                .invalid(field, "Invalid image in '\(field)': supported types are PNG, JPEG, WebP and GIF.", code: "invalid_image")
            case .video: .invalid(field, "Invalid video in '\(field)': supported types are MP4 and WebM.", code: "invalid_video")
            }
        }
    }
}
