import HTTP
package import Media

/// Recraft: pictures and vector drawings from a prompt, and tools that change a picture. Answered at once. A tool's upstream model is the
/// last segment of its path.
///
/// https://www.recraft.ai/docs/api-reference
package struct RecraftProvider: RemoteProvider {
    package static let type = "recraft"
    package static let description = ProviderDescription(
        name: "Recraft", documentation: "https://www.recraft.ai/docs/api-reference", keyVariable: "RECRAFT_API_KEY",
        examples: ["recraftv3", "recraftv4_1", "crispUpscale", "removeBackground", "variateImage"])
    static let service = "https://external.api.recraft.ai/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: RecraftErrors.read, rule: RecraftErrors.kind)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        RecraftModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        RecraftModel(upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard let request = step.startedRequest else { throw .unsayable(nil, "Recraft knows no jobs") }
        let model = RecraftModel(request.model)
        let fields = model.fields(for: request)
        guard let path = model.editPath(for: request) else { return endpoint.post("images/generations", .json(.object(fields))) }
        return endpoint.post("images/" + path, .multipart(try model.parts(fields, of: request)))
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        let items = json["data"]?.array ?? [json["image"]].compactMap(\.self)
        let assets = items.compactMap { ImagesAnswer.asset(from: $0, base: endpoint.baseURL) }
        guard !assets.isEmpty else {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer holds no result")
        }
        // A thousand units are a dollar.
        return .completed(GenerationResult(assets: assets, cost: json["credits"]?.double.map { $0 / 1000 }))
    }
}
