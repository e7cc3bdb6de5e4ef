import HTTP
package import Media

/// Fireworks AI: an image as the answer's own bytes, or, for FLUX Kontext, a job that is polled with POST.
///
/// https://docs.fireworks.ai/api-reference/generate-a-new-image-from-a-text-prompt
package struct FireworksProvider: RemoteProvider {
    package static let type = "fireworks"
    package static let description = ProviderDescription(
        name: "Fireworks AI", documentation: "https://docs.fireworks.ai/api-reference/generate-a-new-image-from-a-text-prompt",
        keyVariable: "FIREWORKS_API_KEY",
        examples: ["accounts/fireworks/models/flux-1-schnell-fp8", "accounts/fireworks/models/flux-kontext-pro"])
    static let service = "https://api.fireworks.ai/inference/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now, rule: Self.kind)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        FireworksModel(upstreamModel).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): return try submit(request)
        case .resume(let operation):
            return endpoint.post("workflows/\(try ModelPath.checked(operation.model))/get_result", .json(["id": .string(operation.id)]))
        case .upload: throw .unsayable(nil, "Fireworks takes images with the request")
        case .cancel: throw .unsayable(nil, "Fireworks cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if let request = step.startedRequest, !FireworksModel(request.model).makesJobs {
            return .completed(try image(in: response, at: step))
        }
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        // A job that failed may carry an error; without a status, the error is the answer.
        if json["status"]?.filled == nil, let body = UpstreamErrorBody(inSuccess: json) {
            throw classifier.error(body, in: response, at: step)
        }
        if step.startedRequest == nil, json["status"]?.filled == nil {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "Fireworks told no status")
        }
        return try classifier.generation(reply(json), in: response, at: step, failures: Self.failures)
    }
}

extension FireworksProvider {
    /// 412 is an account without means (unconfirmed).
    private static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        refusal.status == 412 ? .quotaExhausted : nil
    }

    /// The states of jobs are Black Forest Labs' own.
    private static let failures = CodeTable(
        codes: ["request moderated": .moderated, "content moderated": .moderated, "error": .jobFailed, "failed": .jobFailed])

    private func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let model = FireworksModel(request.model)
        var sent = endpoint.post(try ModelPath.checked(model.path), .json(.object(try Self.fields(for: request, model))))
        guard !model.makesJobs else { return sent }
        sent.fields.set(.accept, request.output.encoding == .png ? "image/png" : "image/jpeg")
        if request.output.encoding == .jpeg, let quality = request.output.compression { sent.fields.set("jpeg-quality", String(quality)) }
        return sent
    }

    private static func fields(for request: GenerationRequest, _ model: FireworksModel) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = [:]
        fields["prompt"] = request.prompt.map { .string($0) }
        fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        if model.takesPixels, let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        fields["seed"] = request.seed.map { .integer($0) }
        if let input = request.inputs.first { fields["input_image"] = .string(try InputReference.urlOrDataURI(input)) }
        if model.makesJobs { fields["output_format"] = request.output.encoding.map { .string($0.rawValue) } }
        fields.add(request.extras, except: model.capabilities.droppedFields)
        return fields
    }

    /// A picture that the safety check withheld is told in a field, or in JSON where no picture comes.
    private func image(in response: UpstreamResponse, at step: Step) throws(UpstreamError) -> GenerationResult {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        try checkReason(response.fields["finish-reason"], in: response, at: step)
        if response.holdsImage {
            var result = GenerationResult(assets: [MediaAsset(content: .bytes(response.body))])
            result.details["seed"] = response.fields["seed"].flatMap { Int($0) }.map { .integer($0) }
            return result
        }
        let json = try classifier.success(of: response, at: step)
        let item = json[0] ?? json
        try checkReason(item["finishReason"]?.filled, in: response, at: step)
        let texts = item["base64"]?.array ?? [item["base64"] ?? .null]
        var result = try ImagesAnswer.result(
            from: ["data": .array(texts.map { ["b64_json": $0] })], base: endpoint.baseURL)
        result.details["seed"] = item["seed"]?.int.map { .integer($0) }
        return result
    }

    private func checkReason(_ reason: String?, in response: UpstreamResponse, at step: Step) throws(UpstreamError) {
        guard reason?.uppercased() == "CONTENT_FILTERED" else { return }
        let body = UpstreamErrorBody(message: "the provider's safety check withheld the image", code: "content_policy_violation")
        throw classifier.error(body, in: response, at: step)
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        var reply = JobReply(JobState(word), id: json["request_id"]?.filled ?? json["id"]?.filled)
        reply.pollAfter = .seconds(1)
        reply.progress = json["progress"]?.double.map { Int(min(max($0 <= 1 ? $0 * 100 : $0, 0), 100)) }
        reply.error = UpstreamErrorBody(message: json["details"]?.filled ?? word.map { "the job ended: \($0)" }, code: word)
        reply.result = json["result"]?["sample"]?.filled.flatMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }.map {
            GenerationResult(assets: [MediaAsset(content: $0)])
        }
        return reply
    }
}
