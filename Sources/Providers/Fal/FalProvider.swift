import HTTP
package import Media

/// fal: a job by the model's own path in a queue that takes everything; how it went is told at the end, and the result lies behind a
/// second address.
///
/// https://fal.ai/docs/model-apis
package struct FalProvider: RemoteProvider {
    package static let type = "fal"
    package static let description = ProviderDescription(
        name: "fal", documentation: "https://fal.ai/docs/model-apis", keyVariable: "FAL_KEY",
        examples: [
            "fal-ai/flux/dev", "fal-ai/flux/dev/redux", "fal-ai/nano-banana/edit", "fal-ai/flux-pro/v1/fill", "fal-ai/esrgan",
            "fal-ai/birefnet", "fal-ai/veo3.1",
            "fal-ai/kling-video/o1/video-to-video/edit", "fal-ai/veo3.1/extend-video",
        ])
    static let service = "https://queue.fal.run"
    private static let siblings = ["https://queue.falrun.com"]

    private let endpoint: UpstreamEndpoint
    private let answers: FalAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        let classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: FalErrors.body, rule: FalErrors.kind)
        answers = FalAnswers(endpoint: endpoint, classifier: classifier)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, siblings: siblings, authentication: .field("authorization", prefix: "Key "))
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        FalModel(upstreamModel).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            return endpoint.post(try modelURL(request.model), .json(.object(try FalInput.fields(for: request))))
        case .resume(let operation):
            let isDone = operation.state[FalAnswers.isDone]?.bool == true
            return endpoint.get(try url(isDone ? "response_url" : "status_url", isDone ? nil : "status", of: operation))
        case .cancel(let operation): return endpoint.put(try url("cancel_url", "cancel", of: operation))
        case .upload: throw .unsayable(nil, "fal takes files with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try answers.generation(from: response, at: step)
    }

    /// The address that the submit named, where it is fal's own; else the documented one, which knows the first parts of a model's id only.
    private func url(_ key: String, _ last: String?, of operation: RemoteOperation) throws(UpstreamError) -> HTTPURL {
        if let url = endpoint.ownURL(operation.state[key]?.filled) { return url }
        let parts = operation.model.split(separator: "/")
        let isLong = ["workflows", "comfy"].contains(parts.first)
        let model = try modelURL(parts.prefix(isLong ? 3 : 2).joined(separator: "/"))
        let request = model.appending(path: "requests").appending(segment: operation.id)
        return last.map { request.appending(path: $0) } ?? request
    }

    private func modelURL(_ model: String) throws(UpstreamError) -> HTTPURL {
        let parts = model.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
            throw .unsayable("model", "this is no path of a model at fal")
        }
        return parts.reduce(endpoint.baseURL) { $0.appending(segment: String($1)) }
    }
}
