import Media

/// What an upstream model is: a path with its fields.
struct StabilityModel: Sendable {
    private let row: Row
    /// Below `v2beta/stable-image/`.
    let path: String
    /// Where the path serves several models: the one that is meant.
    let model: String?

    /// - Parameter id: the last segment of a path, `stable-image-core`, `stable-image-ultra`, or a model of `sd3`.
    init(_ id: String) {
        let name = id.lowercased().split(separator: "/").last.map(String.init) ?? ""
        let tool = name.hasPrefix("stable-image-") ? String(name.dropFirst(13)) : name
        model = tool.hasPrefix("sd3") ? tool : nil
        if model != nil {
            row = Row("generate", [.generate, .edit], prompt: "prompt", files: ["image"], encodings: [.png, .jpeg])
            path = "generate/sd3"
        } else {
            row = Self.rows[tool] ?? Row("generate", prompt: "prompt")
            path = row.group + "/" + tool
        }
    }

    /// A line of the table.
    private struct Row: Sendable {
        var group: String
        var operations: Set<GenerationRequest.Operation>
        var prompt: String?
        var files: [String]
        var hasMask: Bool
        var isJob: Bool
        var hasSeed: Bool
        var encodings: Set<ImageEncoding>

        init(
            _ group: String, _ operations: Set<GenerationRequest.Operation> = [.generate], prompt: String? = nil, files: [String] = [],
            hasMask: Bool = false, isJob: Bool = false, hasSeed: Bool = true, encodings: Set<ImageEncoding> = [.png, .jpeg, .webp]
        ) {
            self.group = group
            self.operations = operations
            self.prompt = prompt
            self.files = files
            self.hasMask = hasMask
            self.isJob = isJob
            self.hasSeed = hasSeed
            self.encodings = encodings
        }

        static func edit(_ group: String, prompt: String? = "prompt", files: [String] = ["image"], hasMask: Bool = false) -> Row {
            Row(group, [.edit], prompt: prompt, files: files, hasMask: hasMask)
        }
    }

    /// Which tools take a seed, and which encodings each makes, is unconfirmed.
    private static let rows: [String: Row] = [
        "core": Row("generate", prompt: "prompt"),
        "ultra": Row("generate", [.generate, .edit], prompt: "prompt", files: ["image"]),
        "inpaint": .edit("edit", hasMask: true), "erase": .edit("edit", prompt: nil, hasMask: true), "outpaint": .edit("edit"),
        "search-and-replace": .edit("edit"), "search-and-recolor": .edit("edit"),
        "remove-background": Row("edit", [.removeBackground], files: ["image"], hasSeed: false, encodings: [.png, .webp]),
        "replace-background-and-relight": Row(
            "edit", [.edit], prompt: "background_prompt", files: ["subject_image", "background_reference"], isJob: true),
        "fast": Row("upscale", [.upscale], files: ["image"], hasSeed: false),
        "conservative": Row("upscale", [.upscale], prompt: "prompt", files: ["image"]),
        "creative": Row("upscale", [.upscale], prompt: "prompt", files: ["image"], isJob: true),
        "sketch": .edit("control"), "structure": .edit("control"), "style": .edit("control"),
        "style-transfer": .edit("control", files: ["init_image", "style_image"]),
    ]
}

extension StabilityModel {
    /// What the caller's prompt is called; nil where none is taken.
    var promptField: String? { row.prompt }
    /// What the input images are called, in their order.
    var files: [String] { row.files }
    var hasSeed: Bool { row.hasSeed }
    var isJob: Bool { row.isJob }
    /// An upscaler that imagines has to be told what.
    var needsPrompt: Bool { row.operations == [.upscale] && row.prompt != nil }

    var capabilities: Capabilities {
        let draws = row.operations.contains(.generate)
        var dropped: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style"]
        if row.prompt == nil { dropped.insert("prompt") }
        if !row.hasSeed { dropped.insert("seed") }
        if row.operations == [.removeBackground] { dropped.remove("background") }
        return Capabilities(
            operations: row.operations, acceptsMask: row.hasMask, maskForm: .white, minimumInputs: draws ? 0 : minimumInputs,
            maximumInputs: row.files.count, shapes: draws ? Self.ratios : ShapeRule(), encodings: row.encodings,
            transparentBackground: row.operations == [.removeBackground], droppedFields: dropped, submitsJobs: row.isJob)
    }

    /// A picture that is changed keeps its shape.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        let limited = capabilities.limited(to: operation)
        return operation == .generate ? limited : limited.keepingSize()
    }

    /// A reference for a new background can be left out.
    private var minimumInputs: Int { row.isJob ? 1 : row.files.count }

    private static let ratios = ShapeRule(["1:1", "16:9", "9:16", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21"])
}
