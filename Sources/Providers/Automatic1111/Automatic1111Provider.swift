import HTTP
package import Media

/// Stable Diffusion WebUI by AUTOMATIC1111, and Forge, which has the same paths. One call after the other, answered when the pictures are
/// there; the upstream model is a checkpoint. What its paths take is unconfirmed, and has been stable for years.
///
/// https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API
package struct Automatic1111Provider: RemoteProvider {
    package static let type = "automatic1111"
    package static let description = ProviderDescription(
        name: "AUTOMATIC1111", documentation: "https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API", maximumConcurrent: 1,
        examples: ["sd_xl_base_1.0"])

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: Automatic1111Errors.body, rule: Automatic1111Errors.kind)
    }

    /// On this machine. A server with `--api-auth` wants its name and password as an `authorization` among the operator's headers.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: "http://127.0.0.1:7860", authentication: .elsewhere)
    }

    /// Four pictures at once: more than that is beyond most graphics cards.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        Capabilities(
            operations: [.generate, .edit, .vary, .upscale], acceptsMask: true, maskForm: .white, maximumInputs: 1, maximumCount: 4,
            inputForm: .base64, grid: SizeGrid(step: 8, sides: 64...2048), encodings: [],
            droppedFields: ["quality", "background", "user", "output_compression", "moderation", "style"])
    }

    /// Enlarging knows no mask.
    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities(for: upstreamModel).limited(to: operation)
        if operation == .upscale { limited.acceptsMask = false }
        return limited
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard let request = step.startedRequest else { throw .unsayable(nil, "this server knows no jobs") }
        if request.operation == .upscale {
            return endpoint.post("sdapi/v1/extra-single-image", .json(.object(try Automatic1111Fields.upscaling(request))))
        }
        let path = request.inputs.isEmpty ? "sdapi/v1/txt2img" : "sdapi/v1/img2img"
        return endpoint.post(path, .json(.object(try Automatic1111Fields.picture(request))))
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        // What extensions draw comes behind the pictures.
        let count = step.startedRequest?.count ?? 1
        let pictures = json["image"]?.filled.map { [$0] } ?? (json["images"]?.array ?? []).compactMap(\.filled)
        let assets = pictures.prefix(max(count, 1)).map { MediaAsset(content: Self.content($0)) }
        guard !assets.isEmpty else { throw UpstreamError(.invalidAnswer, status: 200, message: "the provider's answer holds no image") }
        var result = GenerationResult(assets: Array(assets))
        Self.tell(json["info"]?.filled, of: step.startedRequest, in: &result)
        return .completed(result)
    }

    private static func content(_ text: String) -> MediaAsset.Content {
        guard text.hasPrefix("data:"), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return .base64(text) }
        return .base64(String(text[text.index(after: comma)...]))
    }

    /// What the server says of the pictures, as JSON in a text: the seed, and the checkpoint that made them, which is another one where the
    /// server does not have the one it was asked for.
    private static func tell(_ text: String?, of request: GenerationRequest?, in result: inout GenerationResult) {
        guard let text, let info = try? JSONValue(parsing: text) else { return }
        if result.assets.count == 1, let seed = info["seed"]?.int { result.details["seed"] = .integer(seed) }
        guard let made = info["sd_model_name"]?.filled, let request, request.operation != .upscale else { return }
        if !request.model.contains(made) { result.warnings.append(Warning(field: "model", message: "the server used another checkpoint")) }
    }
}
