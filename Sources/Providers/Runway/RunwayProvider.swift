import HTTP
package import Media

/// Runway: every kind of work has a path of its own and gives a task, which is polled; results lie behind signed addresses for a day.
///
/// https://docs.dev.runwayml.com/api
package struct RunwayProvider: RemoteProvider {
    package static let type = "runway"
    package static let description = ProviderDescription(
        name: "Runway", documentation: "https://docs.dev.runwayml.com", keyVariable: "RUNWAYML_API_SECRET",
        examples: ["gen4_image", "gpt_image_2", "gen4.5", "seedance2_5", "magnific_precision_upscaler_v2"])
    static let service = "https://api.dev.runwayml.com"
    /// Without it the service refuses every request.
    private static let version = "2024-11-06"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: RunwayErrors.body, rule: RunwayErrors.kind)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, fields: ["x-runway-version": version])
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        RunwayModel(named: upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        RunwayModel(named: upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let (path, fields) = try RunwayFields.submit(request)
            return endpoint.post(path, .json(.object(fields)))
        case .resume(let operation): return endpoint.get(url(of: operation))
        case .cancel(let operation): return endpoint.delete(url(of: operation))
        case .upload: throw .unsayable(nil, "Runway takes images with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if case .cancel = step {
            guard response.status.isSuccess || response.status.code == 404 else { throw classifier.error(for: response, at: step) }
            return .cancelled
        }
        let json = try classifier.success(of: response, at: step)
        if step.startedRequest == nil, json["status"]?.filled?.uppercased() == "CANCELLED" { return .cancelled }
        return try classifier.generation(reply(json), in: response, at: step, failures: RunwayErrors.failures)
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "v1/tasks").appending(segment: operation.id)
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.progress = json["progress"]?.double.map { Int(min(max($0, 0), 1) * 100) }
        if case .failed = reply.state { reply.error = RunwayErrors.failure(json) }
        let outputs = (json["output"]?.array ?? []).compactMap { $0.filled }
        let assets = outputs.compactMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }.map { MediaAsset(content: $0) }
        reply.result = GenerationResult(assets: assets, cost: Self.dollars(json["cost"]))
        return reply
    }

    /// A credit is sold for one cent: https://docs.dev.runwayml.com/guides/quickstart
    private static func dollars(_ cost: JSONValue?) -> Double? {
        cost?["credits"]?.double.map { $0 / 100 }
    }
}
