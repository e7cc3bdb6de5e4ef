import HTTP
package import Media

/// Google's Gemini API with a key: pictures by `generateContent`, videos by Gemini Omni's interactions.
///
/// https://ai.google.dev/gemini-api/docs
package struct GeminiProvider: RemoteProvider {
    package static let type = "gemini"
    package static let description = ProviderDescription(
        name: "Google Gemini", documentation: "https://ai.google.dev/gemini-api/docs", keyVariable: "GEMINI_API_KEY",
        examples: ["gemini-3-pro-image", "gemini-omni-1.1-flash"])
    static let service = "https://generativelanguage.googleapis.com/v1beta"

    private let endpoint: UpstreamEndpoint
    private let errors: GoogleErrors

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        errors = GoogleErrors(secrets: endpoint.secrets, now: settings.now)
    }

    /// Where requests go and what they carry; results at `files/` take the same key.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, authentication: .field("x-goog-api-key"))
    }

    /// Imagen and Veo are gone from this service.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        if Self.makesVideos(upstreamModel) { return Interactions.capabilities(for: upstreamModel) }
        let isGone = upstreamModel.contains("imagen-") || upstreamModel.contains("veo-")
        return isGone ? Capabilities(operations: []) : GenerateContent.capabilities(for: upstreamModel)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request) where Self.makesVideos(request.model):
            return endpoint.post("interactions", .json(.object(try Interactions.fields(for: request))))
        case .start(let request):
            guard !request.operation.isVideo else { throw .unsayable("model", "this model makes pictures only") }
            let name = try GoogleMedia.pathName(request.model)
            return endpoint.post("models/\(name):generateContent", .json(.object(try GenerateContent.fields(for: request))))
        case .resume(let operation): return endpoint.get(url(of: operation))
        case .cancel(let operation): return endpoint.post(url(of: operation).appending(path: "cancel"), .json([:]))
        case .upload: throw .unsayable(nil, "Google takes inputs with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        switch step {
        case .start(let request) where !Self.makesVideos(request.model):
            let json = try errors.success(of: response, at: step)
            return .completed(try GenerateContent.result(from: json, base: endpoint.baseURL))
        case .start, .resume, .upload: return try interaction(from: response, at: step)
        case .cancel:
            _ = try errors.json(of: response, at: step)
            return .cancelled
        }
    }

    private func interaction(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try errors.json(of: response, at: step)
        // An interaction that failed carries its errors; without a status, the error is the answer.
        if json["status"]?.filled == nil { _ = try errors.success(of: response, at: step) }
        if json["status"]?.filled == "cancelled", step.startedRequest == nil { return .cancelled }
        let reply = try Interactions.reply(json, base: endpoint.baseURL)
        return try errors.classifier.generation(reply, in: response, at: step, failures: Interactions.failures)
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "interactions").appending(segment: operation.id)
    }

    private static func makesVideos(_ model: String) -> Bool { model.contains("omni") }
}
