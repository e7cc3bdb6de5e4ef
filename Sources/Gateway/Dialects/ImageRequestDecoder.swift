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
    private static let qualities: Set<String> = ["auto", "low", "medium", "high", "standard", "hd", "xhigh", "max"]

    /// On shared paths Infron's callers are known by what only they send.
    static func dialect(of form: RequestForm, path: Dialect) -> Dialect {
        guard path == .openAI else { return path }
        let format = form.fields["output_format"]?.string
        return format == "url" || format == "b64_json" || form.fields["video_id"]?.string != nil ? .infron : .openAI
    }

    func decode(_ form: RequestForm, _ dialect: Dialect) throws(APIError) -> ImageRequest {
        var reader = FieldReader(form.fields, isText: form.isMultipart)
        try refuseUnsupported(&reader)
        var output = try OutputFields(&reader)
        let (inputs, mask) = try InputCollector(files: form.files).collect(&reader)
        let operation = inputs.isEmpty || self.operation != .generate ? self.operation : .edit
        let prompt = try prompt(&reader, operation, inputs, dialect)
        let model = try model(&reader, dialect)
        output.applyDefault(for: model, dialect)
        var request = GenerationRequest(operation: operation, model: model, prompt: prompt)
        request.output = output.wish
        try fill(&request, &reader, dialect)
        if wantsRawBytes, request.count == 1, request.partialImages == nil { request.output.delivery = .raw }
        request.extras = reader.rest
        return ImageRequest(generation: request, inputs: inputs, mask: mask, dialect: dialect)
    }

    /// What would change the meaning of a call must not be dropped silently.
    private func refuseUnsupported(_ reader: inout FieldReader) throws(APIError) {
        _ = reader.take("heartbeat")
        if try reader.boolean("async") ?? false { throw .invalid("async", "Asynchronous image calls are not available.", code: "unsupported_parameter") }
        if reader.take("webhook_url") != nil { throw .invalid("webhook_url", "Webhooks are not available.", code: "unsupported_parameter") }
    }

    private func fill(_ request: inout GenerationRequest, _ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) {
        let count = try reader.integer("n", in: 1...10) ?? 1
        // ImageRouter has no `n`: whoever sends it there is used to one image, and to paying for one.
        request.count = dialect == .imageRouter ? 1 : count
        request.size = try reader.string("size").map { text throws(APIError) in try size(text) } ?? .auto
        request.quality = try reader.choice("quality", of: ImageRequestDecoder.qualities)
        request.background = try reader.choice("background", of: ["transparent", "opaque", "auto"]).flatMap { .init(rawValue: $0) }
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
        case .vary, .upscale, .removeBackground: if inputs.isEmpty { throw .missing("image") }
        }
        return text
    }

    private func model(_ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) -> String {
        if let model = try reader.string("model"), !model.isEmpty { return model }
        guard let model = defaults.image else { throw APIError(400, code: "missing_required_parameter", field: "model", "model is required") }
        return model
    }

    /// `auto`, or two numbers with one of x X × * between.
    private func size(_ text: String) throws(APIError) -> Size {
        if text.lowercased() == "auto" { return .auto }
        let numbers = text.split(whereSeparator: { "xX×*".contains($0) }).map { Int($0) }
        guard numbers.count == 2, let width = numbers[0], let height = numbers[1], (1...16_384).contains(width), (1...16_384).contains(height),
            !text.contains("+"), !text.contains("-")
        else { throw .invalid("size", "Invalid value: '\(text.prefix(64))'. Expected 'auto' or WIDTHxHEIGHT, such as 1024x1024.") }
        return .pixels(width: width, height: height)
    }

    private func routing(_ reader: inout FieldReader) throws(APIError) -> RoutingWish {
        guard let object = try reader.object("provider") else { return RoutingWish() }
        var wish = FieldReader(object, isText: false)
        return RoutingWish(
            order: try wish.strings("order"), only: try wish.strings("only"), ignore: try wish.strings("ignore"),
            allowsFallbacks: try wish.boolean("allow_fallbacks") ?? true)
    }
}
