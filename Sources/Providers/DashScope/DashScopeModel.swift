import Media

/// What a model's id tells of it.
struct DashScopeModel: Sendable {
    private let row: Row

    init(_ id: String) {
        let id = id.lowercased()
        row = Self.rows.first { $0.words.allSatisfy { id.contains($0) } } ?? Self.unknown
    }

    /// How a request is said: each has a path of its own.
    enum Wire: Sendable, Hashable {
        /// Answered at once.
        case multimodal
        case textToImage, imageToImage
        /// A video whose pictures are members of their own.
        case video
        /// A video from a first and a last picture (unconfirmed).
        case frames
        /// A video from references.
        case references
        /// A video whose material is a list with a role for each.
        case media(String)

        /// Below `/api/v1/services/aigc/`.
        var path: String {
            switch self {
            case .multimodal: "multimodal-generation/generation"
            case .textToImage: "text2image/image-synthesis"
            case .imageToImage: "image2image/image-synthesis"
            case .frames: "image2video/video-synthesis"
            case .video, .references, .media: "video-generation/video-synthesis"
            }
        }
    }

    /// An id that nobody knows is asked where its kind of result is made today.
    func wire(for operation: GenerationRequest.Operation) -> Wire {
        row.words.isEmpty && operation.isVideo ? .video : row.wire
    }

    var capabilities: Capabilities {
        var capabilities = Capabilities(
            operations: row.operations, minimumInputs: row.inputs.lowerBound, maximumInputs: row.inputs.upperBound,
            maximumCount: row.count, acceptsInputURLs: true, inputForm: .base64, videoForm: .address, seconds: row.seconds,
            acceptsVideoFile: !row.operations.isDisjoint(with: [.editVideo, .extendVideo]), namesOwnVideos: false, encodings: [],
            droppedFields: ["quality", "background", "user", "output_compression", "moderation"], submitsJobs: row.wire != .multimodal)
        switch row.size {
        case .any: break
        case .sizes(let sizes): capabilities.sizes = sizes.union([.auto])
        case .grid(let grid): capabilities.grid = grid
        case .shapes(let rule): capabilities.shapes = rule
        }
        // What changes a video takes all its material as public addresses alone.
        if row.operations.contains(.editVideo) { capabilities.inputForm = .address }
        return capabilities
    }

    /// A video goes on from its own end, perhaps towards a last picture.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        limited.submitsJobs = wire(for: operation) != .multimodal
        if operation == .extendVideo { (limited.minimumInputs, limited.maximumInputs) = (0, 1) }
        if operation == .video, wire(for: operation) == .video { limited.maximumInputs = min(limited.maximumInputs, 1) }
        return limited
    }
}

extension DashScopeModel {
    /// A line of the table.
    struct Row: Sendable {
        /// All of them are in the id.
        var words: [String]
        var wire: Wire
        var operations: Set<GenerationRequest.Operation>
        var inputs: ClosedRange<Int>
        var count: Int
        var size: SizeRule
        /// nil: any.
        var seconds: Set<Int>?

        enum SizeRule: Sendable {
            case any
            case sizes(Set<Size>)
            case grid(SizeGrid)
            case shapes(ShapeRule)
        }

        static func image(
            _ words: String..., wire: Wire = .multimodal, makes operations: Set<GenerationRequest.Operation> = [.generate],
            inputs: ClosedRange<Int> = 0...0, count: Int, within size: SizeRule
        ) -> Row {
            Row(words: words, wire: wire, operations: operations, inputs: inputs, count: count, size: size)
        }

        static func video(
            _ words: String..., wire: Wire = .video, makes operations: Set<GenerationRequest.Operation> = [.video],
            inputs: ClosedRange<Int> = 0...0, within size: SizeRule, seconds: Set<Int>? = nil
        ) -> Row {
            Row(words: words, wire: wire, operations: operations, inputs: inputs, count: 1, size: size, seconds: seconds)
        }
    }
}
