import HTTP
package import Media

/// ImageRouter as an upstream: every call is synchronous, videos of minutes too, and most errors come with status 200.
///
/// https://docs.imagerouter.io/api-reference/image-generation
package struct ImageRouterProvider: RemoteProvider {
    package static let type = "imagerouter"
    package static let description = ProviderDescription(
        name: "ImageRouter", documentation: "https://docs.imagerouter.io/api-reference/image-generation",
        keyVariable: "IMAGEROUTER_API_KEY", examples: ["openai/gpt-image-2"])
    /// Where ImageRouter answers.
    package static let service = "https://api.imagerouter.io/v1/openai"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: ImageRouterErrors.kind)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        Capabilities(
            operations: [.generate, .edit, .video], acceptsMask: true, maximumInputs: 16, maximumCount: 1, seconds: Set(1...60),
            qualities: Self.qualities,
            encodings: [.png, .jpeg, .webp], droppedFields: Self.droppedFields, knownExtras: [])
    }

    /// A video takes one picture.
    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities(for: upstreamModel).limited(to: operation)
        if operation.isVideo { (limited.acceptsMask, limited.maximumInputs) = (false, 1) }
        return limited
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard let request = step.startedRequest else {
            throw UpstreamError(.invalidRequest, .notSent, message: "ImageRouter knows no jobs")
        }
        let fields = Self.fields(for: request)
        switch request.operation {
        case .generate: return endpoint.post("images/generations", .json(.object(fields)))
        case .edit: return endpoint.post("images/edits", .multipart(try Self.parts(fields, request)))
        case .video: return endpoint.post("videos/generations", try Self.videoBody(request))
        case .vary, .upscale, .removeBackground, .editVideo, .remixVideo, .extendVideo:
            throw UpstreamError(.invalidRequest, .notSent, message: "ImageRouter has no such operation")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if response.status.isSuccess, let charged = ImageRouterErrors.charged(try response.json()) { throw charged }
        let json = try classifier.success(of: response, at: step)
        return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
    }
}

extension ImageRouterProvider {
    /// What its schema lacks and its server drops without a word.
    private static let droppedFields: Set<String> = [
        "seed", "background", "user", "moderation", "style", "output_compression", "input_fidelity", "safety_identifier",
        "negative_prompt",
    ]

    private static let qualities: Set<String> = ["auto", "low", "medium", "high"]

    private static func fields(for request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        fields["quality"] = request.quality.map { .string($0) }
        if request.size != .auto { fields["size"] = .string(request.size.description) }
        if let encoding = request.output.encoding, encoding != .gif { fields["output_format"] = .string(encoding.rawValue) }
        fields["response_format"] = .string(responseFormat(request.output.delivery))
        return fields
    }

    /// The first image alone counts there, so more are not sent; a file of megabytes comes as an address.
    private static func videoBody(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamBody {
        if request.mask != nil { throw unsayable("mask", "a video takes no mask") }
        guard request.inputs.count <= 1 else { throw unsayable("input_reference", "a video takes one input image") }
        var fields = fields(for: request)
        fields["output_format"] = nil
        fields["seconds"] = request.seconds.map { .integer($0) }
        fields["response_format"] = request.output.delivery == .ephemeral ? "b64_ephemeral" : "url"
        return request.inputs.isEmpty ? .json(.object(fields)) : .multipart(try parts(fields, request))
    }

    private static func unsayable(_ field: String, _ message: String) -> UpstreamError {
        UpstreamError(.invalidRequest, .notSent, field: field, message: message)
    }

    /// What the caller asked not to be kept is not to be kept there, either.
    private static func responseFormat(_ delivery: OutputWish.Delivery) -> String {
        switch delivery {
        case .url: "url"
        case .base64, .raw: "b64_json"
        case .ephemeral: "b64_ephemeral"
        }
    }

    private static func parts(_ fields: JSONObject, _ request: GenerationRequest) throws(UpstreamError) -> [MultipartPart] {
        var parts = RequestParts.texts(from: fields)
        for input in request.inputs { parts.append(try RequestParts.file(named: "image[]", input)) }
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask[]", mask)) }
        return parts
    }
}
