import HTTP
package import Media

/// Infron (formerly OneRouter) as an upstream. The same POST answers at once, or with a task that is polled.
///
/// https://infron.ai/docs
package struct InfronProvider: RemoteProvider {
    package static let type = "infron"
    package static let description = ProviderDescription(
        name: "Infron", documentation: "https://infron.ai/docs", keyVariable: "INFRON_API_KEY", examples: ["google/nano-banana"])
    /// Its image host; the media gateway and the others speak the same and are taken as base URLs, too.
    package static let service = "https://image.onerouter.pro/v1"
    private static let videoService = "https://video.onerouter.pro/v1"
    /// Where the service may send polls to.
    private static let siblings = [
        "https://media.onerouter.pro/v1", "https://llm.onerouter.pro/v1", videoService, "https://api.infron.ai/v1",
    ]

    private let endpoint: UpstreamEndpoint
    private let answers: InfronAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        let classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: InfronErrors.kind)
        answers = InfronAnswers(
            baseURL: endpoint.baseURL, videoBaseURL: try Self.videoBaseURL(endpoint), ownOrigin: endpoint.ownOrigin,
            classifier: classifier)
    }

    /// Videos have a host of their own beside the image host; every other base serves both.
    private static func videoBaseURL(_ endpoint: UpstreamEndpoint) throws(ConfigurationError) -> HTTPURL {
        guard endpoint.baseURL.description == service else { return endpoint.baseURL }
        do { return try HTTPURL(parsing: videoService) } catch { throw ConfigurationError(key: "base_url", error.message) }
    }

    /// Where requests go and what they carry. The media gateway turns the user agents of libraries away.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, siblings: siblings, fields: [.userAgent: "curl/8.14.1"])
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        let isTextOnly = upstreamModel.hasSuffix("text-to-image") || upstreamModel.hasSuffix("text-to-video")
        return Capabilities(
            operations: Self.operations(of: upstreamModel), maximumInputs: isTextOnly ? 0 : 16, maximumCount: 10,
            acceptsInputURLs: true, inputForm: .base64, encodings: [],
            droppedFields: ["user", "output_compression", "moderation"], submitsJobs: true)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try submit(request)
        case .resume(let operation): return endpoint.get(answers.pollURL(of: operation))
        case .upload: throw .unsayable(nil, "Infron takes images with the request")
        case .cancel: throw UpstreamError(.invalidRequest, .notSent, message: "Infron cannot cancel a task")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        do throws(UpstreamError) { return try answers.generation(from: response, at: step) } catch { throw error.blamingSource(at: step) }
    }

    private func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let path = try path(for: request)
        guard request.operation.isVideo else { return endpoint.post(path, .json(.object(try InfronFields.fields(for: request)))) }
        if request.mask != nil { throw UpstreamError(.invalidRequest, .notSent, field: "mask", message: "a video takes no mask") }
        let body = UpstreamBody.json(.object(try InfronFields.videoFields(for: request)))
        return endpoint.post(answers.videoBaseURL.appending(path: path), body)
    }

    /// The media gateway takes edits as generations with `image_urls`; an edit of a video is a new one from another prompt.
    private func path(for request: GenerationRequest) throws(UpstreamError) -> String {
        switch request.operation {
        case .generate: return "images/generations"
        case .edit, .upscale, .removeBackground: return endpoint.baseURL.host.hasPrefix("media.") ? "images/generations" : "images/edits"
        case .video: return "videos/generations"
        case .editVideo, .remixVideo:
            guard request.source != nil else {
                throw UpstreamError(.invalidRequest, .notSent, field: "video", message: "a video to start from is needed")
            }
            return "videos/edits"
        case .vary, .extendVideo: throw UpstreamError(.invalidRequest, .notSent, message: "Infron has no such operation")
        }
    }

    /// Catalogue names tell by their ends what a model makes; all others are believed able.
    private static func operations(of model: String) -> Set<GenerationRequest.Operation> {
        let images: Set<GenerationRequest.Operation> = [.generate, .edit, .upscale, .removeBackground]
        let videos: Set<GenerationRequest.Operation> = [.video, .editVideo, .remixVideo]
        if model.hasSuffix("text-to-image") { return [.generate] }
        if model.hasSuffix("-to-image") { return images }
        return model.hasSuffix("-to-video") ? videos : images.union(videos)
    }
}
