import Media

/// What an upstream model is: one that draws (`ideogram-v3`), one of its tools (`ideogram-v3/reframe`), or a tool of its own (`upscale`).
struct IdeogramModel: Sendable {
    private let id: String
    /// Behind the slash, or a tool of its own.
    let tool: Tool?
    /// The fourth generation: `text_prompt`, sizes in pixels, one image, no words for style.
    let isFourth: Bool

    enum Tool: String, Sendable, CaseIterable {
        case remix, reframe, inpaint
        case replaceBackground = "replace-background"
        case generateTransparent = "generate-transparent"
        case removeBackground = "remove-background"
        case upscale
    }

    init(_ id: String) {
        self.id = id
        tool = id.split(separator: "/").last.flatMap { Tool(rawValue: String($0)) }
        isFourth = id.hasPrefix("ideogram-v4")
    }

    /// A picture without a mask is changed by a remix; that of the fourth generation is unconfirmed in its fields.
    func path(for request: GenerationRequest) throws(UpstreamError) -> String {
        switch tool {
        case .upscale: return "upscale"
        case .removeBackground: return "v1/remove-background"
        case .remix, .reframe, .inpaint, .replaceBackground, .generateTransparent: return "v1/" + (try ModelPath.checked(id))
        case nil: break
        }
        let id = try ModelPath.checked(id)
        switch request.operation {
        case .generate: return "v1/\(id)/" + (request.background == .transparent && !isFourth ? "generate-transparent" : "generate")
        case .edit: return "v1/\(id)/" + (request.mask == nil ? "remix" : "inpaint")
        case .vary, .upscale, .removeBackground, .video, .editVideo, .remixVideo, .extendVideo:
            throw .unsayable(nil, "Ideogram's models have no such operation")
        }
    }

    var capabilities: Capabilities {
        var capabilities = Capabilities(
            maskForm: .black, maximumCount: isFourth ? 1 : 8, qualities: ["low", "medium", "high"], encodings: [],
            droppedFields: Self.foreign)
        switch tool {
        case nil:
            capabilities.operations = [.generate, .edit]
            capabilities.maximumInputs = 1
            capabilities.acceptsMask = !isFourth
            capabilities.maskKeepsSize = true
            capabilities.transparentBackground = !isFourth
        case .generateTransparent: capabilities.transparentBackground = true
        case .remix, .reframe, .inpaint, .replaceBackground: makeEditor(&capabilities, .edit)
        case .removeBackground: makeEditor(&capabilities, .removeBackground)
        case .upscale: makeEditor(&capabilities, .upscale)
        }
        addSizes(to: &capabilities)
        if isFourth { capabilities.droppedFields.formUnion(["negative_prompt", "style_type", "magic_prompt"]) }
        return capabilities
    }

    /// An edit keeps its background.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        if operation == .edit { limited.transparentBackground = false }
        return limited
    }

    private func makeEditor(_ capabilities: inout Capabilities, _ operation: GenerationRequest.Operation) {
        capabilities.operations = [operation]
        capabilities.minimumInputs = 1
        capabilities.maximumInputs = 1
        capabilities.acceptsMask = tool == .inpaint
        capabilities.needsMask = tool == .inpaint
        capabilities.transparentBackground = operation == .removeBackground
        if operation == .removeBackground { capabilities.maximumCount = 1 }
        if tool == .reframe || operation == .removeBackground { capabilities.droppedFields.insert("prompt") }
    }

    private func addSizes(to capabilities: inout Capabilities) {
        switch tool {
        case .reframe: break
        case .inpaint, .removeBackground, .upscale: capabilities.shapes = ShapeRule()
        case nil, .remix, .replaceBackground, .generateTransparent:
            if isFourth { capabilities.sizes = Self.fourthSizes } else { capabilities.shapes = Self.ratios }
        }
    }

    private static let foreign: Set<String> = ["user", "output_compression", "moderation", "style"]

    private static let ratios = ShapeRule([
        "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "16:10", "10:16", "2:1", "1:2", "3:1", "1:3",
    ])

    /// Unconfirmed.
    private static let fourthSizes: Set<Size> = {
        let wide = [(2048, 2048), (2880, 1440), (2496, 1664), (2240, 1792), (2560, 1440), (2560, 1600), (2304, 1728)]
        return Set(wide.flatMap { [Size.pixels(width: $0.0, height: $0.1), .pixels(width: $0.1, height: $0.0)] } + [.auto])
    }()
}
