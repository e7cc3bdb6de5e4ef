package import HTTP
package import Media

/// OpenAI's image and video paths: at OpenAI, at vLLM-Omni, SGLang, LocalAI, or at another gateway.
///
/// https://platform.openai.com/docs/api-reference/images
package struct OpenAIProvider: RemoteProvider {
    package static let type = "openai"
    package static let description = ProviderDescription(
        name: "OpenAI and everything that speaks like it", documentation: "https://platform.openai.com/docs/api-reference/images",
        keyVariable: "OPENAI_API_KEY", options: [ProviderOption("organization"), ProviderOption("project")],
        examples: ["gpt-image-2", "sora-2"])
    /// Where OpenAI itself answers.
    package static let service = "https://api.openai.com/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    private let dialect: OpenAIDialect
    private let videos: OpenAIVideos

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        let endpoint = try Self.endpoint(settings)
        self.init(
            endpoint: endpoint,
            classifier: UpstreamErrorClassifier(secrets: endpoint.secrets, passesModerationCodes: true, now: settings.now),
            dialect: OpenAIDialect(host: endpoint.baseURL.host))
    }

    /// For services that speak as OpenAI does, and differ in what is handed in.
    init(endpoint: UpstreamEndpoint, classifier: UpstreamErrorClassifier, dialect: OpenAIDialect) {
        self.endpoint = endpoint
        self.classifier = classifier
        self.dialect = dialect
        videos = OpenAIVideos(
            endpoint: endpoint, dialect: dialect, answer: VideoAnswer(baseURL: endpoint.baseURL, classifier: classifier))
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        var fields = HTTPFields()
        if let organization = settings.options["organization"] { fields.set("openai-organization", organization) }
        if let project = settings.options["project"] { fields.set("openai-project", project) }
        return try UpstreamEndpoint(settings, service: service, fields: fields)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        dialect.capabilities(for: upstreamModel)
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        dialect.capabilities(for: upstreamModel, operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try request.operation.isVideo ? videos.submit(request) : submit(request)
        case .resume(let operation): return endpoint.get(videos.answer.url(of: operation))
        case .upload: throw .unsayable(nil, "OpenAI takes files with the request")
        case .cancel(let operation): return endpoint.delete(videos.answer.url(of: operation))
        }
    }

    private func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let fields = dialect.fields(for: request)
        let streams = dialect.streams(request)
        switch request.operation {
        case .generate: return endpoint.post("images/generations", .json(.object(fields)), streams: streams)
        case .edit: return endpoint.post("images/edits", .multipart(try Self.parts(fields, request)), streams: streams)
        case .vary: return endpoint.post("images/variations", .multipart(try Self.parts(fields, request)))
        case .upscale, .removeBackground, .video, .editVideo, .remixVideo, .extendVideo:
            throw UpstreamError(.invalidRequest, .notSent, message: "OpenAI's image paths have no such operation")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard step.startedOperation?.isVideo == false else { return try videoGeneration(from: response, at: step) }
        if response.status.isSuccess, response.holdsImage {
            return .completed(GenerationResult(assets: [MediaAsset(content: .bytes(response.body))]))
        }
        let json = try classifier.success(of: response, at: step)
        return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
    }

    private func videoGeneration(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        do throws(UpstreamError) {
            return try videos.answer.generation(from: response, at: step)
        } catch {
            let error = error.blamingSource(at: step)
            throw dialect.isOpenAI ? error : error.blamingPath(at: step)
        }
    }

    package func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? {
        let event = try OpenAIStreamEvent(event)
        switch event {
        case .partial(let base64, let index, let details): return .partial(base64: base64, index: index, details: details)
        case .completed(let json):
            return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
        case .failed(let body): throw classifier.error(body, in: UpstreamResponse(status: 200), at: step)
        case .other: return nil
        }
    }

    /// Text parts, then the files: `image` alone, or `image[]` for each of several.
    private static func parts(_ fields: JSONObject, _ request: GenerationRequest) throws(UpstreamError) -> [MultipartPart] {
        guard !request.inputs.isEmpty else {
            throw UpstreamError(.invalidRequest, .notSent, field: "image", message: "an input image is needed")
        }
        var parts = RequestParts.texts(from: fields)
        let name = request.inputs.count == 1 ? "image" : "image[]"
        for input in request.inputs { parts.append(try RequestParts.file(named: name, input)) }
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask", mask)) }
        return parts
    }
}
