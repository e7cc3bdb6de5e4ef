import HTTP
package import Media

/// ByteDance's Ark (Volcengine, and BytePlus by `base_url`): Seedream makes images at once, Seedance makes videos as tasks.
///
/// https://docs.byteplus.com/en/docs/ModelArk
package struct ArkProvider: RemoteProvider {
    package static let type = "ark"
    package static let description = ProviderDescription(
        name: "ByteDance Ark", documentation: "https://docs.byteplus.com/en/docs/ModelArk", keyVariable: "ARK_API_KEY",
        examples: ["doubao-seedream-4-5-251128", "doubao-seedance-1-0-pro-250528", "doubao-seedance-2-0-260128"])
    static let service = "https://ark.cn-beijing.volces.com/api/v3"
    private static let tasks = "contents/generations/tasks"

    private let endpoint: UpstreamEndpoint
    private let answers: ArkAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        answers = ArkAnswers(
            baseURL: endpoint.baseURL,
            classifier: UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: ArkErrors.kind))
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        ArkModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        ArkModel(upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let fields = try request.operation.isVideo ? ArkFields.video(request) : ArkFields.image(request)
            return endpoint.post(request.operation.isVideo ? Self.tasks : "images/generations", .json(.object(fields)))
        case .resume(let operation): return endpoint.get(url(of: operation))
        case .cancel(let operation): return endpoint.delete(url(of: operation))
        case .upload: throw .unsayable(nil, "Ark takes images with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        switch step {
        case .start(let request): try request.operation.isVideo ? answers.task(response, at: step) : answers.images(response, at: step)
        case .resume, .upload: try answers.task(response, at: step)
        case .cancel: try answers.cancelled(response, at: step)
        }
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: Self.tasks).appending(segment: operation.id)
    }
}
