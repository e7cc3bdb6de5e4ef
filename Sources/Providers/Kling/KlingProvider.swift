import HTTP
package import Media

/// Kling: each kind of work has a path, where its tasks are polled, too. The key is a pair that signs a short-lived token for every
/// request, or, in newer accounts, a key as it is.
///
/// https://app.klingai.com/global/dev/document-api
package struct KlingProvider: RemoteProvider {
    package static let type = "kling"
    package static let description = ProviderDescription(
        name: "Kling", documentation: "https://app.klingai.com/global/dev/document-api",
        options: [
            ProviderOption("access_key", .secret, variable: "KLING_ACCESS_KEY"),
            ProviderOption("secret_key", .secret, variable: "KLING_SECRET_KEY"),
        ],
        automatic: [["KLING_ACCESS_KEY", "KLING_SECRET_KEY"]],
        examples: ["kling-v2-1", "kling-v1-6", "kling-video-o1", "kling-image-o1", "kling-v3-omni"])
    static let service = "https://api-singapore.klingai.com"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    /// nil: the key goes as it is, or there is none.
    private let token: KlingToken?

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        token = try KlingToken(settings)
        if settings.apiKey == nil, token == nil, settings.baseURL == nil {
            throw ConfigurationError(key: "access_key", "is required with secret_key where there is no api_key")
        }
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: { KlingErrors.body(try? $0.json()) }, rule: KlingErrors.kind)
    }

    /// Where requests go; a signed token is no part of it.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, authentication: settings.apiKey == nil ? .elsewhere : .bearer)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        KlingModel(upstreamModel).capabilities
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        KlingModel(upstreamModel).capabilities(for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            return signed(endpoint.post(try KlingFields.path(for: request), .json(.object(try KlingFields.fields(for: request)))))
        case .resume(let operation): return signed(endpoint.get(url(of: operation)))
        case .upload: throw .unsayable(nil, "Kling takes images with the request")
        case .cancel: throw .unsayable(nil, "Kling cannot cancel a task")
        }
    }

    /// Codes 1003 and 1004: the token is not valid yet, or no more.
    package func wantsNewSignature(_ response: UpstreamResponse) -> Bool {
        guard token != nil, let json = try? response.json(), let code = json["code"]?.int else { return false }
        return code == 1003 || code == 1004
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        do throws(UpstreamError) {
            let json = try classifier.success(of: response, at: step)
            if let code = json["code"]?.int, code != 0 { throw classifier.error(KlingErrors.body(json), in: response, at: step) }
            let reply = try reply(json["data"] ?? .null, at: step)
            return try classifier.generation(reply, in: response, at: step, failures: KlingErrors.failures)
        } catch {
            throw error.blamingSource(at: step)
        }
    }

    private func signed(_ request: UpstreamRequest) -> UpstreamRequest {
        guard let token, !request.fields.contains(.authorization) else { return request }
        var request = request
        request.fields.set(.authorization, "Bearer \(token.value())")
        return request
    }

    private func url(of operation: RemoteOperation) -> HTTPURL {
        let path = operation.state["path"]?.filled.flatMap { try? ModelPath.checked($0) } ?? "v1/videos/text2video"
        return endpoint.baseURL.appending(path: path).appending(segment: operation.id)
    }

    /// The path is where the task is asked for; the video's own name is what extends it.
    private func reply(_ data: JSONValue, at step: Step) throws(UpstreamError) -> JobReply {
        var reply = JobReply(JobState(data["task_status"]?.filled), id: data["task_id"]?.filled)
        reply.pollAfter = .seconds(5)
        if let request = step.startedRequest { reply.memory["path"] = .string(try KlingFields.path(for: request)) }
        if case .failed(let word) = reply.state {
            reply.error = UpstreamErrorBody(message: data["task_status_msg"]?.filled ?? "the task ended \(word)")
        }
        let videos = data["task_result"]?["videos"]?.array ?? []
        reply.memory["video_id"] = videos.first?["id"]?.filled.map { .string($0) }
        let items = videos + (data["task_result"]?["images"]?.array ?? [])
        reply.result = GenerationResult(assets: items.compactMap { ImagesAnswer.asset(from: $0, base: endpoint.baseURL) })
        return reply
    }
}
