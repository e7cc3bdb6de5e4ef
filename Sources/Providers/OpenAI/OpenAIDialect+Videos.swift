import Media

extension OpenAIDialect {
    static let videoOperations: Set<GenerationRequest.Operation> = [.video, .editVideo, .remixVideo, .extendVideo]

    /// OpenAI's own video models.
    static func isSora(_ model: String) -> Bool { model.hasPrefix("sora") }

    /// A name that stands for pictures wherever it is served: `gpt-image-2`, `openai/dall-e-3`.
    static func isImageModel(_ model: String) -> Bool {
        // Asked several times for each call: no copies.
        let start = model.utf8.lastIndex(of: UInt8(ascii: "/")).map(model.utf8.index(after:)) ?? model.startIndex
        let name = model.utf8[start...]
        return name.starts(with: "gpt-image".utf8) || name.starts(with: "chatgpt-image".utf8) || name.starts(with: "dall-e".utf8)
    }

    /// OpenAI's own video service: four sizes, three lengths, one picture to begin with.
    static let ownVideos = Capabilities(
        operations: videoOperations, maximumInputs: 1,
        sizes: [
            .auto, .pixels(width: 720, height: 1280), .pixels(width: 1280, height: 720), .pixels(width: 1024, height: 1792),
            .pixels(width: 1792, height: 1024),
        ],
        seconds: [4, 8, 12], acceptsVideoFile: true, droppedFields: foreignToVideos)

    /// A remix names a video that was made there. At OpenAI what is made from a video has its size, and only an extension a length.
    func capabilities(for model: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities(for: model).limited(to: operation)
        if operation == .remixVideo { limited.acceptsVideoFile = false }
        if operation.isVideo {
            limited.acceptsMask = false
            if operation != .video { limited.maximumInputs = 0 }
        }
        guard isOpenAI, operation.isVideo, operation != .video else { return limited }
        limited = limited.keepingSize()
        limited.seconds = operation == .extendVideo ? Set(stride(from: 4, through: 20, by: 4)) : []
        return limited
    }

    /// What OpenAI's video service answers with 400.
    static let foreignToVideos = foreign.union([
        "style", "quality", "background", "user", "moderation", "output_format", "output_compression", "response_format",
    ])

    /// The members of a JSON body, or the text parts of a multipart one; the source video is not among them.
    func videoFields(for request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = [:]
        if namesModel(request) { fields["model"] = name(of: request).map { .string($0) } }
        fields["prompt"] = request.prompt.map { .string($0) }
        // A text, also in JSON: the service refuses an integer.
        if takesLength(request) { fields["seconds"] = request.seconds.map { .string(String($0)) } }
        if takesSize(request), request.size != .auto { fields["size"] = .string(request.size.description) }
        if !isOpenAI {
            fields["quality"] = request.quality.map { .string($0) }
            fields["seed"] = request.seed.map { .integer($0) }
            fields["user"] = request.user.map { .string($0) }
        }
        add(request.extras, to: &fields, model: request.model)
        return fields
    }

    /// A video that the server made has its model; OpenAI's own paths for changes know no such field.
    private func namesModel(_ request: GenerationRequest) -> Bool {
        guard !request.model.isEmpty else { return false }
        switch request.source {
        case nil: return true
        case .given: return !isOpenAI
        case .made: return false
        }
    }

    private func takesLength(_ request: GenerationRequest) -> Bool {
        !isOpenAI || request.operation == .video || request.operation == .extendVideo
    }

    private func takesSize(_ request: GenerationRequest) -> Bool {
        !isOpenAI || request.operation == .video
    }
}
