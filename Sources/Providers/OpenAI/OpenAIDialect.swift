import Media

/// What differs between OpenAI's own service and the servers that speak like it.
struct OpenAIDialect: Sendable {
    /// The host is OpenAI's own, in any region.
    let isOpenAI: Bool
    /// What stands under `model`.
    let naming: Naming

    init(host: String) {
        self.init(isOpenAI: host == "api.openai.com" || host.hasSuffix(".api.openai.com"))
    }

    init(isOpenAI: Bool, naming: Naming = .model) {
        self.isOpenAI = isOpenAI
        self.naming = naming
    }

    enum Naming: Sendable, Hashable {
        /// The model's own name.
        case model
        /// What an operator called the model there.
        case deployment(String)
        /// Nothing: the path tells.
        case path
    }

    /// nil: the member is left out.
    func name(of request: GenerationRequest) -> String? {
        switch naming {
        case .model: request.model.isEmpty ? nil : request.model
        case .deployment(let name): name
        case .path: nil
        }
    }

    /// GPT image models at OpenAI: base64 always, no `response_format`, no `style`.
    func isOwnGPTImage(_ model: String) -> Bool {
        isOpenAI && Self.isGPTImage(model)
    }

    static func isGPTImage(_ model: String) -> Bool {
        model.hasPrefix("gpt-image") || model.hasPrefix("chatgpt-image")
    }

    /// Whether a request asks for events and the model has them.
    func streams(_ request: GenerationRequest) -> Bool {
        request.partialImages != nil && request.operation != .vary && capabilities(for: request.model).streams
    }

    /// The members of a JSON body, or the text parts of a multipart one.
    func fields(for request: GenerationRequest) -> JSONObject {
        var fields = JSONObject()
        if let name = name(of: request) { fields["model"] = .string(name) }
        if request.operation != .vary, let prompt = request.prompt { fields["prompt"] = .string(prompt) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        if request.size != .auto { fields["size"] = .string(request.size.description) }
        if let quality = request.quality { fields["quality"] = .string(quality) }
        if let background = request.background { fields["background"] = .string(background.rawValue) }
        if let encoding = request.output.encoding { fields["output_format"] = .string(encoding.rawValue) }
        if let compression = request.output.compression { fields["output_compression"] = .integer(compression) }
        if let format = responseFormat(for: request) { fields["response_format"] = .string(format) }
        if !isOpenAI, let seed = request.seed { fields["seed"] = .integer(seed) }
        if let user = request.user { fields["user"] = .string(user) }
        if streams(request) {
            fields["stream"] = true
            if let count = request.partialImages, count > 0 { fields["partial_images"] = .integer(count) }
        }
        add(request.extras, to: &fields, model: request.model)
        return fields
    }

    /// Everything the caller set beside, but for what shapes the answer and what is known to be refused.
    func add(_ extras: JSONObject, to fields: inout JSONObject, model: String) {
        fields.add(extras, except: extras.isEmpty ? [] : droppedFields(for: model))
    }

    /// Base64 from servers of others, whatever the caller wants: some refuse `url`, none refuses `b64_json`.
    private func responseFormat(for request: GenerationRequest) -> String? {
        guard isOpenAI else { return "b64_json" }
        guard !Self.isGPTImage(request.model) else { return nil }
        switch request.output.delivery {
        case .url: return "url"
        case .base64, .ephemeral, .raw: return "b64_json"
        }
    }

    private static let gptQualities: Set<String> = ["auto", "low", "medium", "high", "xhigh", "max"]
}

extension OpenAIDialect {
    func capabilities(for model: String) -> Capabilities {
        guard isOpenAI else { return Self.lenient(model) }
        if Self.isSora(model) { return Self.ownVideos }
        guard Self.isGPTImage(model) else { return legacy(model) }
        return Capabilities(
            operations: [.generate, .edit], acceptsMask: true, maximumInputs: 16, maximumCount: 10, sizes: sizes(of: model),
            qualities: Self.gptQualities, encodings: [.png, .jpeg, .webp], transparentBackground: true, streams: true,
            droppedFields: droppedFields(for: model))
    }

    /// What OpenAI answers with 400 for being unknown; everything else of the caller is tried.
    private func droppedFields(for model: String) -> Set<String> {
        guard isOpenAI else { return [] }
        if Self.isSora(model) { return Self.foreignToVideos }
        return Self.isGPTImage(model) ? Self.foreignToGPTImage : Self.foreign
    }

    /// What no service of OpenAI knows.
    static let foreign: Set<String> = [
        "seed", "negative_prompt", "num_inference_steps", "guidance_scale", "true_cfg_scale", "steps", "step", "cfg_scale", "strength",
        "aspect_ratio", "resolution",
    ]
    private static let foreignToGPTImage = foreign.union(["style"])

    /// A server of the operator's own: whatever its model can; the server says no where it cannot.
    private static func lenient(_ model: String) -> Capabilities {
        var capabilities = lenient
        if isImageModel(model) { capabilities.operations.subtract(videoOperations) }
        capabilities.streams = isGPTImage(model)
        return capabilities
    }
    private static let lenient = Capabilities(
        operations: videoOperations.union([.generate, .edit, .vary]), acceptsMask: true, maximumInputs: 16, maximumCount: 10,
        acceptsVideoFile: true, transparentBackground: true)

    /// DALL-E and what else has OpenAI's old shape; one image of DALL-E 3 per call.
    private func legacy(_ model: String) -> Capabilities {
        let isThird = model.hasPrefix("dall-e-3")
        return Capabilities(
            operations: isThird ? [.generate] : [.generate, .edit], acceptsMask: !isThird, maximumInputs: isThird ? 0 : 1,
            maximumCount: isThird ? 1 : 10, sizes: sizes(of: model), encodings: [.png],
            droppedFields: droppedFields(for: model).union(["background", "output_compression", "moderation"]))
    }

    /// nil: any that the service accepts (sides divisible by 16, up to 3840x2160).
    private func sizes(of model: String) -> Set<Size>? {
        let square = Size.pixels(width: 1024, height: 1024)
        if model.hasPrefix("gpt-image-1") {
            return [.auto, square, .pixels(width: 1536, height: 1024), .pixels(width: 1024, height: 1536)]
        }
        if model.hasPrefix("dall-e-3") {
            return [.auto, square, .pixels(width: 1792, height: 1024), .pixels(width: 1024, height: 1792)]
        }
        if model.hasPrefix("dall-e-2") {
            return [.auto, square, .pixels(width: 512, height: 512), .pixels(width: 256, height: 256)]
        }
        return nil
    }
}
