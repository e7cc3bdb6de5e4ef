import HTTP
package import Media

/// Together AI: images answered at once, videos as jobs.
///
/// https://docs.together.ai/docs/images-overview, https://docs.together.ai/docs/videos-overview
package struct TogetherProvider: RemoteProvider {
    package static let type = "together"
    package static let description = ProviderDescription(
        name: "Together AI", documentation: "https://docs.together.ai/docs/images-overview", keyVariable: "TOGETHER_API_KEY",
        examples: ["black-forest-labs/FLUX.2-pro", "black-forest-labs/FLUX.1-schnell", "Wan-AI/Wan2.2-I2V-A14B", "Wan-AI/wan2.7-videoedit"])
    /// The root: the paths of images and of videos have different versions.
    static let service = "https://api.together.ai"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    private let videos: TogetherVideos

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: TogetherErrors.kind)
        videos = TogetherVideos(endpoint: endpoint, classifier: classifier)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, siblings: ["https://api.together.xyz"])
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        TogetherModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        TogetherModel(upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            guard !request.operation.isVideo else { return try videos.submit(request) }
            return endpoint.post("v1/images/generations", .json(.object(try TogetherImages.fields(for: request))))
        case .resume(let operation): return endpoint.get(videos.url(of: operation))
        case .upload: throw .unsayable(nil, "Together AI takes images with the request")
        case .cancel: throw .unsayable(nil, "Together AI cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard step.startedRequest?.operation.isVideo == false else { return try videos.generation(from: response, at: step) }
        let json = try classifier.success(of: response, at: step)
        return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
    }
}
