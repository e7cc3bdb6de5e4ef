import HTTP
import Media

/// What an upstream model is: one that draws, or a tool.
struct RecraftModel: Sendable {
    private let id: String
    private let tool: Tool?

    init(_ id: String) {
        self.id = id
        tool = Self.tools[id]
    }

    /// A path of its own without a model.
    private struct Tool: Sendable {
        var operation: GenerationRequest.Operation
        /// What the picture is called.
        var file = "file"
        var hasMask = false
        var hasPrompt = false
        var count = 1
    }

    private static let tools: [String: Tool] = [
        "crispUpscale": Tool(operation: .upscale), "creativeUpscale": Tool(operation: .upscale),
        "removeBackground": Tool(operation: .removeBackground), "vectorize": Tool(operation: .edit),
        "eraseRegion": Tool(operation: .edit, file: "image", hasMask: true),
        "inpaint": Tool(operation: .edit, file: "image", hasMask: true, hasPrompt: true, count: 6),
        "generateBackground": Tool(operation: .edit, file: "image", hasMask: true, hasPrompt: true, count: 6),
        "replaceBackground": Tool(operation: .edit, file: "image", hasPrompt: true, count: 6),
        "variateImage": Tool(operation: .vary, file: "image", count: 6),
    ]

    /// Below `images/`; nil where there is no picture to send.
    func editPath(for request: GenerationRequest) -> String? {
        if tool != nil { return id }
        if request.operation == .generate { return nil }
        return request.mask == nil ? "imageToImage" : "inpaint"
    }

    func fields(for request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = [:]
        if tool?.hasPrompt ?? true { fields["prompt"] = request.prompt.map { .string($0) } }
        if tool == nil { fields["model"] = .string(request.model) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        if editPath(for: request) == nil || tool?.operation == .vary { fields["size"] = size(of: request).map { .string($0) } }
        if tool?.operation == .vary { fields["random_seed"] = request.seed.map { .integer($0) } }
        fields["image_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields["response_format"] = .string(request.output.delivery == .url ? "url" : "b64_json")
        fields.add(request.extras, except: foreign.union(["aspect_ratio", "resolution"]))
        // Demanded; how far the result may be from the picture. The value is our choice.
        if editPath(for: request) == "imageToImage", fields["strength"] == nil { fields["strength"] = .number(0.2) }
        return fields
    }

    /// Texts, then the picture and its mask.
    /// - Throws: an error of kind `invalidRequest` where there is no picture as bytes.
    func parts(_ fields: JSONObject, of request: GenerationRequest) throws(UpstreamError) -> [MultipartPart] {
        guard let input = request.inputs.first else { throw .unsayable("image", "an input image is needed") }
        var parts = RequestParts.texts(from: fields)
        parts.append(try RequestParts.file(named: tool?.file ?? "image", input))
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask", mask)) }
        return parts
    }

    private func size(of request: GenerationRequest) -> String? {
        if let ratio = request.shape?.ratio { return ratio.description }
        if let pixels = request.pixels, request.shape == nil { return "\(pixels.width)x\(pixels.height)" }
        return tool?.operation == .vary ? "1024x1024" : nil
    }
}

extension RecraftModel {
    var capabilities: Capabilities {
        if let tool { return capabilities(of: tool) }
        let isThird = id.hasPrefix("recraftv3")
        // Edits are documented for the third generation; of names that nobody knows they are believed.
        let edits = isThird || !id.hasPrefix("recraftv")
        return Capabilities(
            operations: edits ? [.generate, .edit] : [.generate], acceptsMask: edits, maskForm: .white, maximumInputs: edits ? 1 : 0,
            maximumCount: 6, sizes: hasPixelSizes ? Self.sizes : nil, shapes: hasPixelSizes ? nil : Self.ratios,
            encodings: id.hasSuffix("_vector") ? [] : Self.encodings, droppedFields: foreign.union(["seed"]))
    }

    /// An edit keeps the size of its picture.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        let limited = capabilities.limited(to: operation)
        return operation == .edit ? limited.keepingSize() : limited
    }

    private func capabilities(of tool: Tool) -> Capabilities {
        let isVariation = tool.operation == .vary
        var dropped = foreign
        if !tool.hasPrompt { dropped.insert("prompt") }
        if !isVariation { dropped.insert("seed") }
        if tool.operation == .removeBackground { dropped.remove("background") }
        return Capabilities(
            operations: [tool.operation], acceptsMask: tool.hasMask, needsMask: tool.hasMask, maskForm: .white, minimumInputs: 1,
            maximumInputs: 1, maximumCount: tool.count, sizes: isVariation ? Self.sizes : nil, shapes: isVariation ? nil : ShapeRule(),
            encodings: isVariation ? Self.encodings : [], transparentBackground: tool.operation == .removeBackground,
            droppedFields: dropped)
    }

    /// Older generations have sizes in pixels; later ones take a ratio, too.
    private var hasPixelSizes: Bool { id.hasPrefix("recraftv2") || id.hasPrefix("recraftv3") }

    /// `image_format` is unconfirmed but for variations.
    private static let encodings: Set<ImageEncoding> = [.png, .webp]

    private var foreign: Set<String> {
        let isFourth = id.hasPrefix("recraftv4") && !id.contains("_styles")
        return Self.foreign.union(isFourth ? ["negative_prompt", "style"] : [])
    }

    private static let foreign: Set<String> = ["quality", "background", "user", "output_compression", "moderation"]

    private static let ratios = ShapeRule(["1:1", "2:1", "1:2", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16"])

    private static let sizes: Set<Size> = {
        let wide = [(1024, 1024), (1365, 1024), (1536, 1024), (1820, 1024), (2048, 1024), (1434, 1024), (1280, 1024), (1707, 1024)]
        return Set(wide.flatMap { [Size.pixels(width: $0.0, height: $0.1), .pixels(width: $0.1, height: $0.0)] } + [.auto])
    }()
}
