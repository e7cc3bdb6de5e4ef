import HTTP
package import Media

/// Replicate: a prediction by an official model's name, a version or a deployment, polled at the address that the submit names. Results
/// are public for an hour (unconfirmed).
///
/// https://replicate.com/docs/reference/http
package struct ReplicateProvider: RemoteProvider {
    package static let type = "replicate"
    package static let description = ProviderDescription(
        name: "Replicate", documentation: "https://replicate.com/docs/reference/http", keyVariable: "REPLICATE_API_TOKEN",
        examples: [
            "black-forest-labs/flux-2-pro", "black-forest-labs/flux-redux-dev", "black-forest-labs/flux-fill-pro",
            "nightmareai/real-esrgan", "bria/remove-background",
            "google/veo-3.1", "runwayml/gen4-aleph",
        ])
    static let service = "https://api.replicate.com/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: ReplicateErrors.body, rule: ReplicateErrors.kind)
    }

    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        ReplicateModel(upstreamModel).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let (url, version) = try destination(request.model)
            var body: JSONObject = [:]
            body["version"] = version.map { .string($0) }
            body["input"] = .object(try ReplicateInput.fields(for: request))
            return endpoint.post(url, .json(.object(body)))
        case .resume(let operation): return endpoint.get(url("get", of: operation) ?? prediction(operation))
        case .cancel(let operation):
            return endpoint.post(url("cancel", of: operation) ?? prediction(operation).appending(path: "cancel"), .none)
        case .upload: throw .unsayable(nil, "Replicate takes files with the request")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if case .cancel = step {
            guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
            return .cancelled
        }
        // A prediction that failed carries its error; without a status, the error is the answer.
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        if json["status"]?.filled == nil {
            if let body = UpstreamErrorBody(inSuccess: json) { throw classifier.error(body, in: response, at: step) }
            guard step.startedRequest != nil else {
                throw UpstreamError(.invalidAnswer, status: response.status.code, message: "Replicate told no status")
            }
        }
        return try classifier.generation(reply(json), in: response, at: step, failures: ReplicateErrors.failures)
    }
}

extension ReplicateProvider {
    /// `owner/name` has a path of its own, `owner/name:version` and a bare version go into the body.
    private func destination(_ model: String) throws(UpstreamError) -> (url: HTTPURL, version: String?) {
        let parts = model.split(separator: ":", maxSplits: 1).map(String.init)
        if parts.count == 2 { return (endpoint.baseURL.appending(path: "predictions"), parts[1]) }
        if model.utf8.count == 64, model.allSatisfy(\.isHexDigit) { return (endpoint.baseURL.appending(path: "predictions"), model) }
        var names = model.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isDeployment = names.count == 3 && names[0] == "deployments"
        if isDeployment { names.removeFirst() }
        guard names.count == 2, !names.contains(where: { ["", ".", ".."].contains($0) }) else {
            throw .unsayable("model", "Replicate's models are owner/name, owner/name:version, or deployments/owner/name")
        }
        let base = endpoint.baseURL.appending(path: isDeployment ? "deployments" : "models")
        return (names.reduce(base) { $0.appending(segment: $1) }.appending(path: "predictions"), nil)
    }

    private func url(_ key: String, of operation: RemoteOperation) -> HTTPURL? {
        endpoint.ownURL(operation.state[key]?.filled)
    }

    private func prediction(_ operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "predictions").appending(segment: operation.id)
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.pollAfter = .seconds(1)
        for key in ["get", "cancel"] { reply.memory[key] = endpoint.ownURL(json["urls"]?[key]?.filled).map { .string($0.description) } }
        let ended = "the prediction ended \(word ?? "without a status")"
        reply.error = ReplicateErrors.failure(UpstreamErrorBody(inSuccess: json)?.message ?? ended)
        guard reply.state == .completed else { return reply }
        let urls = Self.addresses(in: json["output"])
        let assets = urls.compactMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }.map { MediaAsset(content: $0) }
        var result = GenerationResult(assets: assets)
        if let seed = json["input"]?["seed"]?.int { result.details["seed"] = .integer(seed) }
        reply.result = result
        return reply
    }

    /// An address, a list of them, or an object that holds some under its own names; words that are no address are nothing of ours.
    private static func addresses(in output: JSONValue?) -> [String] {
        switch output {
        case .string(let text): isAddress(text) ? [text] : []
        case .array(let items): items.flatMap { addresses(in: $0) }
        case .object(let members): members.flatMap { addresses(in: $0.value) }
        case .null, .bool, .integer, .number, nil: []
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        ["http://", "https://", "data:"].contains { text.hasPrefix($0) }
    }
}
