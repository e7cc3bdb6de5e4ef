import HTTP
package import Media

/// Hugging Face's router: models by `owner/name` at its own inference service, which answers with the image itself, and models by
/// `together/...` at Together AI, paid through Hugging Face.
///
/// https://huggingface.co/docs/inference-providers
package struct HuggingFaceProvider: RemoteProvider {
    package static let type = "huggingface"
    package static let description = ProviderDescription(
        name: "Hugging Face Inference", documentation: "https://huggingface.co/docs/inference-providers", keyVariable: "HF_TOKEN",
        examples: ["black-forest-labs/FLUX.1-dev", "Qwen/Qwen-Image-Edit", "together/black-forest-labs/FLUX.2-dev"])
    static let service = "https://router.huggingface.co"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: { HuggingFaceErrors.body(try? $0.json()) },
            rule: HuggingFaceErrors.kind)
    }

    /// Where requests go and what they carry.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    /// A model's own name has one slash: what has more belongs to a partner that is not known here.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        if let model = Self.togetherModel(upstreamModel) { return TogetherModel(model).images }
        let needsImage = ["edit", "pix2pix", "inpaint"].contains { upstreamModel.lowercased().contains($0) }
        let isPartners = upstreamModel.utf8.count { $0 == UInt8(ascii: "/") } > 1
        return Capabilities(
            operations: isPartners ? [] : needsImage ? [.edit] : [.generate, .edit], minimumInputs: needsImage ? 1 : 0, maximumInputs: 1,
            inputForm: .base64, grid: SizeGrid(step: 16, sides: 64...2048), encodings: [],
            droppedFields: Self.droppedFields)
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        guard case .start(let request) = step else { throw .unsayable(nil, "Hugging Face knows no jobs and no uploads here") }
        switch request.operation {
        case .generate, .edit: break
        case .vary, .upscale, .removeBackground, .video, .editVideo, .remixVideo, .extendVideo:
            throw .unsayable(nil, "Hugging Face has no such operation here")
        }
        if let model = Self.togetherModel(request.model) {
            var request = request
            request.model = model
            return endpoint.post("together/v1/images/generations", .json(.object(try TogetherImages.fields(for: request))))
        }
        let name = try ModelPath.checked(request.model)
        var sent = endpoint.post("hf-inference/models/\(name)", .json(.object(try Self.fields(for: request))))
        sent.fields.set(.accept, "image/png")
        return sent
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw HuggingFaceErrors.waiting(classifier.error(for: response, at: step), response) }
        if response.holdsImage { return .completed(GenerationResult(assets: [MediaAsset(content: .bytes(response.body))])) }
        let json = try classifier.success(of: response, at: step)
        return .completed(try ImagesAnswer.result(from: json, base: endpoint.baseURL))
    }
}

extension HuggingFaceProvider {
    private static let droppedFields: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style"]

    private static func togetherModel(_ model: String) -> String? {
        let prefix = "together/"
        return model.hasPrefix(prefix) ? String(model.dropFirst(prefix.count)) : nil
    }

    /// The prompt of a picture from a picture is a parameter; what comes in is the picture.
    private static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var parameters: JSONObject = [:]
        let prompt = request.prompt.map { JSONValue.string($0) }
        if let input = request.inputs.first {
            parameters["prompt"] = prompt
            if let pixels = request.pixels {
                parameters["target_size"] = ["width": .integer(pixels.width), "height": .integer(pixels.height)]
            }
            return ["inputs": .string(try InputReference.inline(input).base64), "parameters": .object(completed(parameters, request))]
        }
        if let pixels = request.pixels {
            parameters["width"] = .integer(pixels.width)
            parameters["height"] = .integer(pixels.height)
        }
        var fields: JSONObject = [:]
        fields["inputs"] = prompt
        let all = completed(parameters, request)
        if !all.isEmpty { fields["parameters"] = .object(all) }
        return fields
    }

    private static func completed(_ parameters: JSONObject, _ request: GenerationRequest) -> JSONObject {
        var parameters = parameters
        parameters["seed"] = request.seed.map { .integer($0) }
        parameters.add(request.extras, except: droppedFields)
        return parameters
    }
}
