package import HTTP
package import Media

/// The built-in provider: speaks OpenAI's image and video paths to `BuiltinUpstream`, inside the process, without key or network.
package struct TestProvider: Provider {
    package static let type = ProviderSettings.builtinType

    private let baseURL: HTTPURL
    let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        guard settings.baseURL == nil else { throw ConfigurationError(key: "base_url", "means nothing to the built-in provider") }
        do {
            baseURL = try HTTPURL(parsing: "http://builtin.invalid/v1")
        } catch {
            throw ConfigurationError(error.message)
        }
        classifier = UpstreamErrorClassifier(passesModerationCodes: true)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        (TestModel(upstreamModel: upstreamModel) ?? .image).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .upload: throw .unsayable(nil, "the built-in provider takes files with the request")
        case .resume(let operation): UpstreamRequest(.get, baseURL.appending(path: "videos").appending(segment: operation.id))
        case .cancel(let operation): UpstreamRequest(.delete, baseURL.appending(path: "videos").appending(segment: operation.id))
        case .start(let request) where request.operation.isVideo: try Self.videoRequest(for: request, base: baseURL)
        case .start(let request): try imageRequest(for: request)
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard let request = step.startedRequest, !request.operation.isVideo else {
            return try videoGeneration(from: response, at: step)
        }
        var result = try ImagesAnswer.result(from: try classifier.success(of: response, at: step), base: baseURL)
        result.cost = 0
        return .completed(result)
    }

    package func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? {
        let event = try OpenAIStreamEvent(event)
        switch event {
        case .partial(let base64, let index, let details): return .partial(base64: base64, index: index, details: details)
        case .completed(let json): return .completed(try ImagesAnswer.result(from: json, base: baseURL))
        case .failed(let body): throw classifier.error(body, in: UpstreamResponse(status: 200), at: step)
        case .other: return nil
        }
    }

    private func imageRequest(for request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let url = baseURL.appending(path: Self.path(of: request.operation))
        let fields = Self.fields(of: request)
        let streams = request.partialImages != nil
        guard request.operation != .generate else { return UpstreamRequest(.post, url, body: .json(.object(fields)), streams: streams) }
        return UpstreamRequest(.post, url, body: .multipart(try Self.parts(fields, request)), streams: streams)
    }

    private static func path(of operation: GenerationRequest.Operation) -> String {
        switch operation {
        case .generate: "images/generations"
        case .edit: "images/edits"
        case .vary: "images/variations"
        case .upscale: "images/upscale"
        case .removeBackground: "images/remove"
        case .video, .editVideo, .remixVideo, .extendVideo: "videos"
        }
    }

    private static func fields(of request: GenerationRequest) -> JSONObject {
        var fields = request.extras
        fields["model"] = .string(request.model)
        fields["prompt"] = request.prompt.map { .string($0) }
        fields["n"] = .integer(request.count)
        fields["size"] = .string(request.size.description)
        fields["quality"] = request.quality.map { .string($0) }
        fields["background"] = request.background.map { .string($0.rawValue) }
        fields["seed"] = request.seed.map { .integer($0) }
        if let seconds = request.seconds { fields["seconds"] = .integer(seconds) }
        fields["stream"] = request.partialImages.map { _ in true }
        fields["partial_images"] = request.partialImages.map { .integer($0) }
        return fields
    }

    private static func parts(_ fields: JSONObject, _ request: GenerationRequest) throws(UpstreamError) -> [MultipartPart] {
        var parts = RequestParts.texts(from: fields)
        for input in request.inputs { parts.append(try RequestParts.file(named: "image[]", input)) }
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask", mask)) }
        return parts
    }
}
