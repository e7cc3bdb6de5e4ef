import HTTP
package import Media

/// xAI's Grok Imagine: images answered at once, videos as jobs.
///
/// https://docs.x.ai/developers/model-capabilities/imagine
package struct XAIProvider: RemoteProvider {
    package static let type = "xai"
    package static let description = ProviderDescription(
        name: "xAI", documentation: "https://docs.x.ai/developers/model-capabilities/imagine", keyVariable: "XAI_API_KEY",
        examples: ["grok-imagine-image", "grok-imagine-video-1.5"])
    static let service = "https://api.x.ai/v1"

    private let endpoint: UpstreamEndpoint
    private let images: XAIImages
    private let videos: XAIVideos

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        let classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: { XAIErrors.body(try? $0.json()) }, rule: XAIErrors.kind)
        images = XAIImages(endpoint: endpoint, classifier: classifier)
        videos = XAIVideos(endpoint: endpoint, classifier: classifier)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    /// An id that speaks of neither is believed to make both.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        if upstreamModel.contains("video") { return XAIVideos.capabilities(for: upstreamModel) }
        if upstreamModel.contains("image") { return XAIImages.capabilities }
        var all = XAIVideos.capabilities(for: upstreamModel)
        all.operations.formUnion(XAIImages.capabilities.operations)
        all.droppedFields = XAIImages.capabilities.droppedFields
        all.maximumCount = XAIImages.capabilities.maximumCount
        all.shapes?.tiers = []
        all.encodings = XAIImages.capabilities.encodings
        return all
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        let all = capabilities(for: upstreamModel)
        guard all.operations.contains(operation) else { return all.limited(to: operation) }
        return operation.isVideo ? XAIVideos.capabilities(for: upstreamModel, operation) : XAIImages.capabilities.limited(to: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try request.operation.isVideo ? videos.submit(request) : images.submit(request)
        case .resume(let operation): return endpoint.get(videos.url(of: operation))
        case .upload: throw .unsayable(nil, "xAI takes images with the request")
        case .cancel: throw .unsayable(nil, "xAI cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if let request = step.startedRequest, !request.operation.isVideo { return try images.generation(from: response, request, at: step) }
        return try videos.generation(from: response, at: step)
    }
}
