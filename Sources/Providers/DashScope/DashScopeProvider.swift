import HTTP
package import Media

/// Alibaba's DashScope (Model Studio): Qwen-Image and Wan. Newer image models answer at once, older ones and videos are tasks.
///
/// https://www.alibabacloud.com/help/en/model-studio
package struct DashScopeProvider: RemoteProvider {
    package static let type = "dashscope"
    package static let description = ProviderDescription(
        name: "Alibaba DashScope", documentation: "https://www.alibabacloud.com/help/en/model-studio", keyVariable: "DASHSCOPE_API_KEY",
        examples: [
            "qwen-image-2.0", "wan2.7-image", "wan2.5-t2i-preview", "wan2.6-t2v", "wan2.6-i2v", "wan2.7-i2v", "wan2.7-videoedit",
        ])
    /// For keys of the international regions; China has an address of its own.
    static let service = "https://dashscope-intl.aliyuncs.com"

    private let endpoint: UpstreamEndpoint
    private let answers: DashScopeAnswers

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        answers = DashScopeAnswers(
            baseURL: endpoint.baseURL,
            classifier: UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: DashScopeErrors.kind))
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        DashScopeModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        DashScopeModel(upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try submit(request)
        case .resume(let operation): return endpoint.get(url(of: operation))
        // Only a task that waits can be cancelled (unconfirmed).
        case .cancel(let operation): return endpoint.post(url(of: operation).appending(path: "cancel"), .none)
        case .upload: throw .unsayable(nil, "DashScope takes images with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try answers.generation(from: response, at: step)
    }

    private func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let wire = DashScopeModel(request.model).wire(for: request.operation)
        let fields = try DashScopeFields(request).fields(wire)
        var submit = endpoint.post("api/v1/services/aigc/" + wire.path, .json(.object(fields)))
        if wire != .multimodal { submit.fields.set("x-dashscope-async", "enable") }
        return submit
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "api/v1/tasks").appending(segment: operation.id)
    }
}
