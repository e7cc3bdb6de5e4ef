import HTTP
package import Media

/// OpenRouter: pictures at once in OpenAI's form, videos as jobs. Whatever a model does not support is refused for that model.
///
/// https://openrouter.ai/docs/guides/overview/multimodal/image-generation
package struct OpenRouterProvider: RemoteProvider {
    package static let type = "openrouter"
    package static let description = ProviderDescription(
        name: "OpenRouter", documentation: "https://openrouter.ai/docs", keyVariable: "OPENROUTER_API_KEY",
        examples: ["openai/gpt-image-1", "google/gemini-3-pro-image", "google/veo-3.1"])
    static let service = "https://openrouter.ai/api/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    private let videos: OpenRouterVideos

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: OpenRouterErrors.body, rule: OpenRouterErrors.table.rule)
        videos = OpenRouterVideos(endpoint: endpoint, classifier: classifier)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        OpenRouterModel(upstreamModel).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let fields = try OpenRouterFields.fields(for: request)
            return endpoint.post(request.operation.isVideo ? "videos" : "images", .json(.object(fields)))
        case .resume(let operation): return endpoint.get(videos.pollURL(of: operation))
        case .upload: throw .unsayable(nil, "OpenRouter takes images with the request")
        case .cancel: throw .unsayable(nil, "OpenRouter cannot cancel a video")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        if let request = step.startedRequest, !request.operation.isVideo {
            if let body = OpenRouterErrors.body(inSuccess: json) { throw classifier.error(body, in: response, at: step) }
            return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
        }
        return try videos.generation(from: json, in: response, at: step)
    }
}
