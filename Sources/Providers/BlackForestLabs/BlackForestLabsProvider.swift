import HTTP
package import Media

/// Black Forest Labs: a job by the model's own path, polled at the address that the submit names; the result lies behind a signed address
/// for some minutes.
///
/// https://docs.bfl.ai
package struct BlackForestLabsProvider: RemoteProvider {
    package static let type = "bfl"
    package static let description = ProviderDescription(
        name: "Black Forest Labs", documentation: "https://docs.bfl.ai", keyVariable: "BFL_API_KEY",
        examples: ["flux-2-pro", "flux-pro-1.0-fill", "flux-kontext-pro"])
    static let service = "https://api.bfl.ai/v1"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(secrets: endpoint.secrets, now: settings.now)
    }

    /// Regional hosts such as `api.eu.bfl.ai` answer polls (their names are not documented in full).
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service, hosts: ["api.*.bfl.ai"], authentication: .field("x-key"))
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        let isFill = upstreamModel.contains("-fill")
        let isEditor = upstreamModel.hasPrefix("flux-2") || upstreamModel.contains("kontext")
        let isByRatio = upstreamModel.contains("kontext") || upstreamModel.hasSuffix("ultra")
        return Capabilities(
            operations: isFill ? [.edit] : isEditor ? [.generate, .edit] : [.generate],
            acceptsMask: isFill, needsMask: isFill, maskForm: .white, minimumInputs: isFill ? 1 : 0,
            maximumInputs: isFill ? 1 : upstreamModel.hasPrefix("flux-2") ? 8 : isEditor ? 4 : 0,
            acceptsInputURLs: !isFill, inputForm: .base64, shapes: isFill ? ShapeRule() : isByRatio ? Self.ratios : nil,
            grid: SizeGrid(step: 16, sides: 256...(isEditor ? 2048 : 1440), maximumPixels: isEditor ? 4_194_304 : nil),
            encodings: [.png, .jpeg], droppedFields: Self.droppedFields,
            submitsJobs: true)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request): endpoint.post(try ModelPath.checked(request.model), .json(.object(try Self.fields(for: request))))
        case .resume(let operation): endpoint.get(try pollURL(of: operation))
        case .upload: throw .unsayable(nil, "Black Forest Labs takes images with the request")
        case .cancel: throw .unsayable(nil, "Black Forest Labs cannot cancel a job")
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        // A poll for a job that is not there any more is answered with 404 and its status.
        let isPoll = step.startedRequest == nil
        let isGone = isPoll && response.status.code == 404
        guard response.status.isSuccess || isGone else { throw classifier.error(for: response, at: step) }
        guard !isGone || (try? response.json())?["status"]?.filled != nil else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        if isPoll, json["status"]?.filled == nil {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider told no status")
        }
        return try classifier.generation(reply(json), in: response, at: step, failures: Self.failures)
    }
}

extension BlackForestLabsProvider {
    private static let droppedFields: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style"]

    private static let ratios = ShapeRule([
        "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9", "9:21",
    ])

    /// Refused content is not charged; the provider's own failures may be bought elsewhere.
    private static let failures = CodeTable(
        codes: ["request moderated": .moderated, "content moderated": .moderated, "error": .jobFailed, "failed": .jobFailed])

    private static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = [:]
        fields["prompt"] = request.prompt.map { .string($0) }
        if let shape = request.shape {
            fields["aspect_ratio"] = shape.ratio.map { .string($0.description) }
        } else if let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        try addInputs(of: request, to: &fields)
        fields.add(request.extras, except: droppedFields)
        return fields
    }

    private static func addInputs(of request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        guard let mask = request.mask else {
            for (index, input) in request.inputs.enumerated() {
                fields[index == 0 ? "input_image" : "input_image_\(index + 1)"] = .string(try InputReference.urlOrBase64(input))
            }
            return
        }
        fields["image"] = try request.inputs.first.map { input throws(UpstreamError) in .string(try InputReference.inline(input).base64) }
        fields["mask"] = .string(try InputReference.inline(mask).base64)
    }

    /// The address that the submit named, where it is the provider's own; else the documented one.
    private func pollURL(of operation: RemoteOperation) throws(UpstreamError) -> HTTPURL {
        if let url = endpoint.ownURL(operation.state["polling_url"]?.filled) { return url }
        return endpoint.baseURL.appending(path: "get_result").appending(queryItems: [("id", operation.id)])
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.memory["polling_url"] = endpoint.ownURL(json["polling_url"]?.filled).map { .string($0.description) }
        reply.pollAfter = .seconds(1)
        reply.progress = json["progress"]?.double.map { Int(min(max($0 <= 1 ? $0 * 100 : $0, 0), 100)) }
        reply.error = UpstreamErrorBody(message: json["details"]?.filled ?? word.map { "the job ended: \($0)" }, code: word)
        reply.result = json["result"]?["sample"]?.filled.flatMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }.map {
            GenerationResult(assets: [MediaAsset(content: $0)])
        }
        return reply
    }
}
