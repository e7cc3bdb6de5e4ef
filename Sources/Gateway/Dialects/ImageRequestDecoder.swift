import HTTP
import Media

/// What an image request asks for, before its inputs are loaded.
struct ImageRequest: Sendable {
    var generation: GenerationRequest
    var inputs: [InputReference]
    var mask: InputReference?
    var dialect: Dialect
    var wish = CallWish()
}

/// Turns a form into a request: validated once, here, for all dialects.
struct ImageRequestDecoder {
    let operation: GenerationRequest.Operation
    let defaults: ModelDefaults
    /// `Accept: image/*`.
    let wantsRawBytes: Bool
    var prefer: PreferHeader?
    /// `?async=true`.
    var isAsyncQuery = false

    static let maximumInputs = 16
    private static let backgrounds = ["transparent", "opaque", "auto"]

    /// On shared paths Infron's callers are known by what only they send.
    static func dialect(of form: RequestForm, path: Dialect) -> Dialect {
        guard path == .openAI else { return path }
        let format = form.fields["output_format"]?.string?.lowercased()
        return format == "url" || format == "b64_json" || form.fields["video_id"]?.string != nil ? .infron : .openAI
    }

    func decode(_ form: RequestForm, _ dialect: Dialect) throws(APIError) -> ImageRequest {
        var reader = FieldReader(form.fields, isText: form.isMultipart)
        let wish = try CallWish(&reader, prefer: prefer, isAsyncQuery: isAsyncQuery)
        var output = try OutputFields(&reader)
        let (inputs, mask) = try InputCollector(files: form.files).collect(&reader)
        if mask != nil, inputs.isEmpty {
            throw .invalid("image", "A mask needs the image that it is for.", code: "missing_required_parameter")
        }
        let operation = inputs.isEmpty || self.operation != .generate ? self.operation : .edit
        let prompt = try CommonFields.prompt(&reader, dialect)
        try check(prompt, operation, inputs, dialect)
        let model = try CommonFields.model(&reader) ?? defaults.image ?? ""
        output.applyDefault(for: model, dialect)
        let request = try request(operation, model, prompt, &output, &reader, dialect, wish)
        return ImageRequest(generation: request, inputs: inputs, mask: mask, dialect: dialect, wish: wish)
    }

    private func request(
        _ operation: GenerationRequest.Operation, _ model: String, _ prompt: String?, _ output: inout OutputFields,
        _ reader: inout FieldReader, _ dialect: Dialect, _ wish: CallWish
    ) throws(APIError) -> GenerationRequest {
        if dialect == .imageRouter { CommonFields.ignoreWhatImageRouterIgnores(&reader) }
        let count = try reader.integer("n", in: 1...10) ?? 1
        let common = try CommonFields(&reader)
        let background = try reader.choice("background", of: ImageRequestDecoder.backgrounds).flatMap(GenerationRequest.Background.init)
        let streams = try reader.boolean("stream") ?? false
        let partials = try reader.integer("partial_images", in: 0...3) ?? 0
        try wish.checkStream(streams)
        if wantsRawBytes, count == 1, !streams, wish.mode != .async { output.makeRaw() }
        return GenerationRequest(
            operation: operation, model: model, prompt: prompt, count: count, size: common.size, quality: common.quality,
            background: background, output: output.wish, partialImages: streams ? partials : nil, seed: common.seed, user: common.user,
            strict: common.strict, routing: common.routing, extras: reader.extras)
    }

    private func check(
        _ prompt: String?, _ operation: GenerationRequest.Operation, _ inputs: [InputReference], _ dialect: Dialect
    ) throws(APIError) {
        switch operation {
        case .generate: if prompt == nil, dialect != .imageRouter { throw .missing("prompt") }
        case .edit:
            if inputs.isEmpty { throw .missing("image") }
            if prompt == nil, dialect == .openAI { throw .missing("prompt") }
        case .vary, .upscale, .removeBackground, .video, .editVideo, .remixVideo, .extendVideo:
            if inputs.isEmpty { throw .missing("image") }
        }
    }
}
