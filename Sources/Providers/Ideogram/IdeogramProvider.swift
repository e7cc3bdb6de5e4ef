import HTTP
package import Media

/// Ideogram: the path names the model, or a tool; answered at once. The third generation takes ratios, the fourth sizes in pixels.
///
/// https://developer.ideogram.ai
package struct IdeogramProvider: RemoteProvider {
    package static let type = "ideogram"
    package static let description = ProviderDescription(
        name: "Ideogram", documentation: "https://developer.ideogram.ai", keyVariable: "IDEOGRAM_API_KEY",
        examples: ["ideogram-v3", "ideogram-v4", "remove-background", "upscale"])
    static let service = "https://api.ideogram.ai"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: Self.kind)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, authentication: .field("api-key"))
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        IdeogramModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        IdeogramModel(upstreamModel).capabilities(for: operation)
    }

    /// Always multipart, with or without a file.
    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard let request = step.startedRequest else { throw .unsayable(nil, "Ideogram knows no jobs") }
        let model = IdeogramModel(request.model)
        return endpoint.post(try model.path(for: request), .multipart(try IdeogramFields.parts(of: request, for: model)))
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        let items = json["data"]?.array ?? []
        let assets = items.compactMap { asset(from: $0, at: step) }
        let withheld = items.count { $0["is_image_safe"]?.bool == false }
        if assets.isEmpty, withheld > 0 {
            let body = UpstreamErrorBody(message: "the provider made the image and withheld it", code: "content_policy_violation")
            var error = classifier.error(body, in: response, at: step)
            // What was made and withheld is charged.
            error.progress = .mayHaveStarted
            throw error
        }
        guard !assets.isEmpty else {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer holds no result")
        }
        var result = GenerationResult(assets: assets)
        if withheld > 0 {
            result.warnings.append(Warning(field: "n", message: "\(withheld) of \(items.count) images were withheld for their content"))
        }
        if let size = items.lazy.compactMap({ $0["resolution"]?.filled }).first { result.details["size"] = .string(size) }
        if let seed = items.first?["seed"]?.int { result.details["seed"] = .integer(seed) }
        return .completed(result)
    }

    /// What was withheld has no address; its prompt may be another than the caller's.
    private func asset(from item: JSONValue, at step: Step) -> MediaAsset? {
        guard item["is_image_safe"]?.bool != false, var asset = ImagesAnswer.asset(from: item, base: endpoint.baseURL) else { return nil }
        asset.revisedPrompt = item["prompt"]?.filled.flatMap { $0 == step.startedRequest?.prompt ? nil : $0 }
        return asset
    }

    /// A failed safety check is told as a validation error.
    private static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard [400, 422].contains(refusal.status), refusal.isSubmit else { return nil }
        return refusal.speaks(of: ["safety check", "failed the safety", "moderation"]) ? .moderated : nil
    }
}
