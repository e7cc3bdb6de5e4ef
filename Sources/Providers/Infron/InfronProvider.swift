import HTTP
package import Media

/// Infron (formerly OneRouter) as an upstream. The same POST answers at once, or with a task that is polled.
///
/// https://infron.ai/docs
package struct InfronProvider: Provider {
    package static let type = "infron"
    /// Its image host; the media gateway and the others speak the same and are taken as base URLs, too.
    package static let service = "https://image.onerouter.pro/v1"
    /// Where the service may send polls to.
    private static let siblings = [
        "https://media.onerouter.pro/v1", "https://llm.onerouter.pro/v1", "https://video.onerouter.pro/v1", "https://api.infron.ai/v1",
    ]

    private let endpoint: UpstreamEndpoint
    private let answers: InfronAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        try self.init(settings, now: WallClock.now)
    }

    /// - Parameter now: seconds since 1970.
    package init(_ settings: ProviderSettings, now: @escaping @Sendable () -> Int) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        let classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: now, rule: InfronErrors.kind)
        answers = InfronAnswers(baseURL: endpoint.baseURL, ownOrigin: endpoint.ownOrigin, classifier: classifier)
    }

    /// Where requests go and what they carry. The media gateway turns the user agents of libraries away.
    static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, siblings: siblings, fields: [.userAgent: "curl/8.14.1"])
    }

    /// Catalogue names that end in `text-to-image` make pictures from words alone.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        let isTextOnly = upstreamModel.hasSuffix("text-to-image")
        return Capabilities(
            operations: isTextOnly ? [.generate] : [.generate, .edit, .upscale, .removeBackground], maximumInputs: isTextOnly ? 0 : 16,
            maximumCount: 10, acceptsInputURLs: true, inputForm: .base64, encodings: [],
            droppedFields: ["user", "output_compression", "moderation"], submitsJobs: true)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return endpoint.post(try path(for: request), .json(.object(try InfronFields.fields(for: request))))
        case .resume(let operation): return endpoint.get(answers.pollURL(of: operation))
        case .cancel: throw UpstreamError(.invalidRequest, .notSent, message: "Infron cannot cancel a task")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try answers.generation(from: response, at: step)
    }

    /// The media gateway takes edits as generations with `image_urls`.
    private func path(for request: GenerationRequest) throws(UpstreamError) -> String {
        switch request.operation {
        case .generate: return "images/generations"
        case .edit, .upscale, .removeBackground: return endpoint.baseURL.host.hasPrefix("media.") ? "images/generations" : "images/edits"
        case .vary, .video, .editVideo, .remixVideo, .extendVideo: throw UpstreamError(.invalidRequest, .notSent, message: "Infron has no variations")
        }
    }
}
