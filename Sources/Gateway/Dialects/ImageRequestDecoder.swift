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
    private static let backgrounds: Set<String> = ["transparent", "opaque", "auto"]

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
        var request = GenerationRequest(operation: operation, model: model, prompt: prompt, output: output.wish)
        try fill(&request, &reader, dialect)
        try wish.checkStream(request.partialImages != nil)
        if wantsRawBytes, mayBeRaw(request, wish) { request.output.delivery = .raw }
        request.extras = reader.extras
        return ImageRequest(generation: request, inputs: inputs, mask: mask, dialect: dialect, wish: wish)
    }

    private func mayBeRaw(_ request: GenerationRequest, _ wish: CallWish) -> Bool {
        request.count == 1 && request.partialImages == nil && request.output.delivery != .ephemeral && wish.mode != .async
    }

    private func fill(_ request: inout GenerationRequest, _ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) {
        if dialect == .imageRouter { CommonFields.ignoreWhatImageRouterIgnores(&reader) }
        request.count = try reader.integer("n", in: 1...10) ?? 1
        try CommonFields.fill(&request, &reader)
        request.background = try reader.choice("background", of: ImageRequestDecoder.backgrounds).flatMap { .init(rawValue: $0) }
        let streams = try reader.boolean("stream") ?? false
        let partials = try reader.integer("partial_images", in: 0...3) ?? 0
        request.partialImages = streams ? partials : nil
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
