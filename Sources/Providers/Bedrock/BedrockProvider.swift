import HTTP
package import Media

/// Amazon Bedrock: images at once from a model's own JSON, videos as jobs that leave a file in a bucket. Requests carry a Bedrock key, or a
/// signature by a key pair.
///
/// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html
package struct BedrockProvider: RemoteProvider {
    package static let type = "bedrock"
    package static let description = ProviderDescription(
        name: "Amazon Bedrock", documentation: "https://docs.aws.amazon.com/bedrock", keyVariable: "AWS_BEARER_TOKEN_BEDROCK",
        options: [
            ProviderOption("region", variable: "AWS_REGION"), ProviderOption("access_key_id", .secret, variable: "AWS_ACCESS_KEY_ID"),
            ProviderOption("secret_access_key", .secret, variable: "AWS_SECRET_ACCESS_KEY"),
            ProviderOption("session_token", .secret, variable: "AWS_SESSION_TOKEN"), ProviderOption("output"),
        ],
        automatic: [["AWS_BEARER_TOKEN_BEDROCK"], ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]],
        examples: [
            "amazon.nova-canvas-v1:0", "amazon.nova-reel-v1:1", "stability.stable-image-ultra-v1:1",
            "us.stability.stable-image-inpaint-v1:0",
            "us.stability.stable-creative-upscale-v1:0", "us.stability.stable-image-remove-background-v1:0",
        ],
        example: { $0.options["output"] = "s3://example/results" })

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    private let access: BedrockAccess
    private let now: @Sendable () -> Int
    private let random: @Sendable () -> UInt64

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        access = try BedrockAccess(settings)
        guard access.isComplete || settings.baseURL != nil else {
            throw ConfigurationError(key: "api_key", "or access_key_id with secret_access_key is required for Amazon Bedrock")
        }
        now = settings.now
        random = settings.random
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: BedrockErrors.body, rule: BedrockErrors.table.rule)
    }

    /// Where requests go; a signature comes with each request.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        let region = try BedrockAccess.region(settings)
        return try UpstreamEndpoint(
            settings, service: "https://bedrock-runtime.\(region).\(BedrockAccess.domain(of: region))",
            authentication: settings.apiKey == nil ? .elsewhere : .bearer)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        BedrockModel(upstreamModel).capabilities(makesVideos: access.makesVideos)
    }

    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        BedrockModel(upstreamModel).capabilities(makesVideos: access.makesVideos, for: operation)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): access.signed(try submit(request), now: now())
        case .resume(let operation):
            access.signed(endpoint.get(endpoint.baseURL.appending(path: "async-invoke").appending(segment: operation.id)), now: now())
        case .upload: throw .unsayable(nil, "Bedrock takes images with the request")
        case .cancel: throw .unsayable(nil, "Bedrock cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        if let request = step.startedRequest, !BedrockModel(request.model).isJob {
            return .completed(try images(json, of: request, in: response, at: step))
        }
        let file = step.operation.flatMap { NovaReel.file(of: $0, output: access.output) }
        let address = file.flatMap { access.address(of: $0, now: now()) }
        var reply = NovaReel.reply(json, file: address?.description)
        if step.startedRequest != nil { reply.memory["output"] = access.output.map { .string($0.description) } }
        return try classifier.generation(reply, in: response, at: step, failures: BedrockErrors.failures)
    }
}

extension BedrockProvider {
    private func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        switch BedrockModel(request.model) {
        case .canvas: return try invoke(request.model, try NovaCanvas.fields(for: request))
        case .stability(let service): return try invoke(request.model, try service.fields(for: request))
        case .reel:
            guard let output = access.output, access.makesVideos else {
                throw .unsayable(nil, "videos need a bucket as output and a key pair")
            }
            let token = "zoetrope-" + String(random(), radix: 16)
            let fields = try NovaReel.fields(for: request, output: output, token: token)
            return endpoint.post(endpoint.baseURL.appending(path: "async-invoke"), .bytes(fields.serialized(), type: "application/json"))
        }
    }

    private func invoke(_ model: String, _ fields: JSONObject) throws(UpstreamError) -> UpstreamRequest {
        let url = endpoint.baseURL.appending(path: "model").appending(segment: try ModelPath.checked(model)).appending(path: "invoke")
        return endpoint.post(url, .bytes(fields.serialized(), type: "application/json"))
    }

    /// Amazon tells withheld pictures in one text, Stability by a reason per picture.
    private func images(
        _ json: JSONValue, of request: GenerationRequest, in response: UpstreamResponse, at step: Step
    ) throws(UpstreamError) -> GenerationResult {
        let reasons = (json["finish_reasons"]?.array ?? []).map(\.filled)
        let kept = (json["images"]?.array ?? []).enumerated().compactMap { index, image in
            reasons.indices.contains(index) && reasons[index] != nil ? nil : image.filled
        }
        guard !kept.isEmpty else {
            let told = json["error"]?.filled ?? reasons.lazy.compactMap(\.self).first
            guard let told else { throw UpstreamError(.invalidAnswer, status: 200, message: "the provider's answer holds no image") }
            throw classifier.error(UpstreamErrorBody(message: told), in: response, at: step)
        }
        var result = GenerationResult(assets: kept.map { MediaAsset(content: .base64($0)) }, warnings: warnings(for: request))
        if kept.count < request.count {
            let missing = request.count - kept.count
            result.warnings.append(Warning(field: "n", message: "\(missing) of \(request.count) images were withheld by the provider"))
        }
        if kept.count == 1, let seed = json["seeds"]?[0]?.int { result.details["seed"] = .integer(seed) }
        return result
    }

    private func warnings(for request: GenerationRequest) -> [Warning] {
        switch BedrockModel(request.model) {
        case .canvas: NovaCanvas.warnings(for: request)
        case .stability, .reel: []
        }
    }
}
