import HTTP
import Media

/// xAI's images. What its moderation withholds is left out of an answer of status 200.
///
/// https://docs.x.ai/developers/model-capabilities/images/generation
struct XAIImages: Sendable {
    let endpoint: UpstreamEndpoint
    let classifier: UpstreamErrorClassifier

    /// Three images at most go into an edit.
    static let capabilities = Capabilities(
        operations: [.generate, .edit], maximumInputs: 3, maximumCount: 10, acceptsInputURLs: true, inputForm: .base64,
        shapes: ShapeRule(
            ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "2:1", "1:2", "20:9", "9:20"],
            tiers: [SizeTier("1k", 1024), SizeTier("2k", 2048)]),
        qualities: ["low", "medium"], encodings: [.png, .jpeg],
        droppedFields: ["seed", "background", "output_compression", "moderation", "style", "negative_prompt"])

    func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let fields = try Self.fields(for: request)
        return endpoint.post(request.inputs.isEmpty ? "images/generations" : "images/edits", .json(.object(fields)))
    }

    func generation(from response: UpstreamResponse, _ request: GenerationRequest, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        guard let items = json["data"]?.array else { throw Self.empty(response) }
        let shown = items.filter { $0["respect_moderation"]?.bool != false }
        let assets = shown.compactMap { ImagesAnswer.asset(from: $0, base: endpoint.baseURL) }
        if shown.isEmpty { throw classifier.error(XAIErrors.withheld, in: response, at: step) }
        if assets.isEmpty { throw Self.empty(response) }
        var result = ImagesAnswer.result(assets, from: json)
        result.cost = XAIErrors.cost(json)
        result.warnings = Self.warnings(for: request, made: assets.count)
        return .completed(result)
    }

    private static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        fields["resolution"] = request.shape?.tier.map { .string($0) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields["user"] = request.user.map { .string($0) }
        fields["response_format"] = "b64_json"
        var images: [JSONValue] = []
        for input in request.inputs { images.append(["url": .string(try InputReference.urlOrDataURI(input)), "type": "image_url"]) }
        if images.count == 1 { fields["image"] = images[0] } else if !images.isEmpty { fields["images"] = .array(images) }
        fields.add(request.extras, except: capabilities.droppedFields)
        return fields
    }

    private static func warnings(for request: GenerationRequest, made count: Int) -> [Warning] {
        var warnings: [Warning] = []
        if count < request.count {
            warnings.append(
                Warning(field: "n", message: "\(count) of \(request.count) were made; the others were withheld by the provider"))
        }
        return warnings
    }

    private static func empty(_ response: UpstreamResponse) -> UpstreamError {
        UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer holds no result")
    }
}
