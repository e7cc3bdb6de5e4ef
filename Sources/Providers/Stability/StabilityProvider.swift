import HTTP
package import Media

/// Stability AI's Stable Image: the upstream model is a path, or a model of `generate/sd3`. Answered at once, but for two tools that are
/// polled.
///
/// https://platform.stability.ai/docs/api-reference
package struct StabilityProvider: RemoteProvider {
    package static let type = "stability"
    package static let description = ProviderDescription(
        name: "Stability AI", documentation: "https://platform.stability.ai/docs/api-reference", keyVariable: "STABILITY_API_KEY",
        examples: ["stable-image-core", "sd3.5-large", "inpaint", "remove-background", "creative"])
    static let service = "https://api.stability.ai"

    private let endpoint: UpstreamEndpoint
    private let answers: StabilityAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        let classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, reader: StabilityAnswers.read)
        answers = StabilityAnswers(classifier: classifier)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        StabilityModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        StabilityModel(upstreamModel).capabilities(for: operation)
    }

    /// Always multipart, with or without a file.
    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let model = StabilityModel(request.model)
            return endpoint.post(
                "v2beta/stable-image/" + (try ModelPath.checked(model.path)), .multipart(try StabilityFields(request, model).parts()))
        case .resume(let operation):
            return endpoint.get(endpoint.baseURL.appending(path: "v2beta/results").appending(segment: operation.id))
        case .upload: throw .unsayable(nil, "Stability AI takes images with the request")
        case .cancel: throw .unsayable(nil, "Stability AI cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try answers.generation(from: response, at: step)
    }
}
