import HTTP
import Media

/// Stability's models at Bedrock: JSON with the pictures as base64.
///
/// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
enum StabilityService: Sendable, Hashable {
    /// - Parameter takesImage: a picture may lead the prompt.
    case generate(takesImage: Bool)
    /// Inside a mask: fill it, or take out what it covers.
    case masked
    /// One picture and words: search and replace, control, style, outpainting.
    case guided
    case transfer
    case upscale
    case removeBackground

    /// - Parameter id: of the model.
    init(_ id: String) {
        func has(_ words: String...) -> Bool { words.contains(where: id.contains) }
        if has("remove-background") {
            self = .removeBackground
        } else if has("upscale") {
            self = .upscale
        } else if has("style-transfer") {
            self = .transfer
        } else if has("inpaint", "erase") {
            self = .masked
        } else if has("search-", "control-", "style-guide", "outpaint") {
            self = .guided
        } else {
            self = .generate(takesImage: has("sd3", "ultra"))
        }
    }

    private static let dropped: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style"]
    private static let ratios = ShapeRule(["1:1", "16:9", "9:16", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21"])

    /// Names of the pictures, in the caller's order.
    private var imageNames: [String] { self == .transfer ? ["init_image", "style_image"] : ["image"] }

    private var isGenerator: Bool {
        switch self {
        case .generate: true
        case .masked, .guided, .transfer, .upscale, .removeBackground: false
        }
    }

    var capabilities: Capabilities {
        Capabilities(
            operations: operations, acceptsMask: self == .masked, maskForm: .white, minimumInputs: isGenerator ? 0 : imageNames.count,
            maximumInputs: self == .generate(takesImage: false) ? 0 : imageNames.count, inputForm: .base64,
            shapes: isGenerator ? Self.ratios : ShapeRule(), encodings: encodings, transparentBackground: self == .removeBackground,
            droppedFields: Self.dropped.subtracting(self == .removeBackground ? ["background"] : []))
    }

    /// Beside a picture, which has a size of its own, none is taken.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        let limited = capabilities.limited(to: operation)
        return operation == .generate ? limited : limited.keepingSize()
    }

    private var operations: Set<GenerationRequest.Operation> {
        switch self {
        case .generate(let takesImage): takesImage ? [.generate, .edit, .vary] : [.generate]
        case .masked, .guided, .transfer: [.edit]
        case .upscale: [.upscale, .edit]
        case .removeBackground: [.removeBackground, .edit]
        }
    }

    private var encodings: Set<ImageEncoding> {
        switch self {
        case .generate: [.png, .jpeg]
        case .masked, .guided, .transfer, .upscale: [.png, .jpeg, .webp]
        case .removeBackground: [.png, .webp]
        }
    }

    /// The JSON of a call.
    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand.
    func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = [:]
        if let prompt = request.prompt, !prompt.isEmpty, self != .removeBackground { fields["prompt"] = .string(prompt) }
        for (name, input) in zip(imageNames, request.inputs) { fields[name] = .string(try InputReference.inline(input).base64) }
        if let mask = request.mask { fields["mask"] = .string(try InputReference.inline(mask).base64) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        if self != .removeBackground { fields["seed"] = request.seed.map { .integer($0) } }
        if isGenerator { addGuidance(for: request, to: &fields) }
        fields.add(request.extras, except: Self.dropped)
        return fields
    }

    /// A ratio, or how far the result may go from its picture, which has a ratio of its own.
    private func addGuidance(for request: GenerationRequest, to fields: inout JSONObject) {
        guard !request.inputs.isEmpty else {
            fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
            return
        }
        fields["strength"] = request.extras["strength"] ?? 0.7
        if request.model.contains("sd3") { fields["mode"] = "image-to-image" }
    }
}
