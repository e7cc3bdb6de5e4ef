import HTTP
import Media

/// What an image request asks for, before its inputs are loaded.
struct ImageRequest: Sendable {
    var generation: GenerationRequest
    var inputs: [InputReference]
    var mask: InputReference?
    var dialect: Dialect
}

/// Turns a form into a request: validated once, here, for all dialects.
struct ImageRequestDecoder {
    let operation: GenerationRequest.Operation
    let defaults: ModelDefaults
    /// `Accept: image/*`.
    let wantsRawBytes: Bool

    static let maximumInputs = 16
    private static let backgrounds: Set<String> = ["transparent", "opaque", "auto"]
    private static let qualities: Set<String> = ["auto", "low", "medium", "high", "standard", "hd", "xhigh", "max"]

    /// On shared paths Infron's callers are known by what only they send.
    static func dialect(of form: RequestForm, path: Dialect) -> Dialect {
        guard path == .openAI else { return path }
        let format = form.fields["output_format"]?.string?.lowercased()
        return format == "url" || format == "b64_json" || form.fields["video_id"]?.string != nil ? .infron : .openAI
    }

    func decode(_ form: RequestForm, _ dialect: Dialect) throws(APIError) -> ImageRequest {
        var reader = FieldReader(form.fields, isText: form.isMultipart)
        try refuseUnsupported(&reader)
        var output = try OutputFields(&reader)
        let (inputs, mask) = try InputCollector(files: form.files).collect(&reader)
        if mask != nil, inputs.isEmpty {
            throw .invalid("image", "A mask needs the image that it is for.", code: "missing_required_parameter")
        }
        let operation = inputs.isEmpty || self.operation != .generate ? self.operation : .edit
        let prompt = try prompt(&reader, operation, inputs, dialect)
        let model = try reader.string("model").flatMap { $0.isEmpty ? nil : $0 } ?? defaults.image ?? ""
        output.applyDefault(for: model, dialect)
        var request = GenerationRequest(operation: operation, model: model, prompt: prompt)
        request.output = output.wish
        try fill(&request, &reader, dialect)
        let mayBeRaw = request.count == 1 && request.partialImages == nil && request.output.delivery != .ephemeral
        if wantsRawBytes, mayBeRaw { request.output.delivery = .raw }
        request.extras = reader.extras
        return ImageRequest(generation: request, inputs: inputs, mask: mask, dialect: dialect)
    }

    /// What would change the meaning of a call must not be dropped silently.
    private func refuseUnsupported(_ reader: inout FieldReader) throws(APIError) {
        _ = reader.take("heartbeat")
        if try reader.boolean("async") ?? false {
            throw .invalid("async", "Asynchronous image calls are not available.", code: "unsupported_parameter")
        }
        if reader.take("webhook_url") != nil { throw .invalid("webhook_url", "Webhooks are not available.", code: "unsupported_parameter") }
    }

    private func fill(_ request: inout GenerationRequest, _ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) {
        if dialect == .imageRouter { ignoreWhatImageRouterIgnores(&reader) }
        request.count = try reader.integer("n", in: 1...10) ?? 1
        request.size = try reader.string("size").map { text throws(APIError) in try size(text) } ?? .auto
        request.quality = try reader.choice("quality", of: ImageRequestDecoder.qualities)
        request.background = try reader.choice("background", of: ImageRequestDecoder.backgrounds).flatMap { .init(rawValue: $0) }
        request.seed = try reader.integer("seed", in: Int.min...Int.max)
        request.user = try reader.string("user")
        request.strict = try reader.boolean("strict") ?? false
        request.routing = try routing(&reader)
        let streams = try reader.boolean("stream") ?? false
        let partials = try reader.integer("partial_images", in: 0...3) ?? 0
        request.partialImages = streams ? partials : nil
    }

    private func prompt(
        _ reader: inout FieldReader, _ operation: GenerationRequest.Operation, _ inputs: [InputReference], _ dialect: Dialect
    ) throws(APIError) -> String? {
        let prompt = try reader.string("prompt")
        let limit = dialect == .imageRouter ? 10_000 : 32_000
        if let prompt, prompt.unicodeScalars.count > limit {
            throw .invalid("prompt", "'prompt' has more than \(limit) characters.", code: "string_above_max_length")
        }
        let text = prompt.flatMap { $0.isEmpty ? nil : $0 }
        switch operation {
        case .generate: if text == nil, dialect != .imageRouter { throw .missing("prompt") }
        case .edit:
            if inputs.isEmpty { throw .missing("image") }
            if text == nil, dialect == .openAI { throw .missing("prompt") }
        case .vary, .upscale, .removeBackground, .video, .editVideo, .remixVideo, .extendVideo: if inputs.isEmpty { throw .missing("image") }
        }
        return text
    }

    /// ImageRouter has no `n` and no events: whoever sends these there is used to one image in one answer, and to paying for one.
    private func ignoreWhatImageRouterIgnores(_ reader: inout FieldReader) {
        for field in ["n", "stream", "partial_images"] { _ = reader.take(field) }
    }

    /// `auto`, or two numbers with one of x X × * between.
    private func size(_ text: String) throws(APIError) -> Size {
        if text == "auto" || text.lowercased() == "auto" { return .auto }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let width = text.utf8.prefix { digits.contains($0) }
        let height = text.utf8.reversed().prefix { digits.contains($0) }.count
        let separator = text.utf8.dropFirst(width.count).dropLast(height)
        guard ["x", "X", "*", "×"].contains(String(Substring(separator))), let width = Int(Substring(width)),
            let height = Int(text.suffix(height)), (1...16_384).contains(width), (1...16_384).contains(height)
        else { throw .invalid("size", "Invalid value: '\(text.prefix(64))'. Expected 'auto' or WIDTHxHEIGHT, such as 1024x1024.") }
        return .pixels(width: width, height: height)
    }

    private func routing(_ reader: inout FieldReader) throws(APIError) -> RoutingWish {
        guard let object = try reader.object("provider") else { return RoutingWish() }
        var wish = FieldReader(object, isText: reader.isText, prefix: "provider.")
        return RoutingWish(
            order: try wish.strings("order"), only: try wish.strings("only"), ignore: try wish.strings("ignore"),
            allowsFallbacks: try wish.boolean("allow_fallbacks") ?? true)
    }
}
