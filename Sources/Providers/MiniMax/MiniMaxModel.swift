import Media

/// What a model's name tells of it.
struct MiniMaxModel: Sendable {
    let generation: Generation
    private let name: String

    enum Generation: Sendable {
        case image
        /// `/v1/video_generation`: Hailuo 02 and 2.3 and what came before them.
        case firstVideo
        /// `/v2/video_generation`: H3, and whatever is not known.
        case secondVideo
    }

    init(_ name: String) {
        let name = name.lowercased()
        self.name = name
        let isOld = ["hailuo-0", "hailuo-1", "hailuo-2", "t2v-", "i2v-", "s2v-", "video-01"].contains { name.contains($0) }
        generation = name.contains("image") ? .image : isOld ? .firstVideo : .secondVideo
    }

    var capabilities: Capabilities {
        switch generation {
        case .image: image
        case .firstVideo: firstVideo
        case .secondVideo: secondVideo
        }
    }

    /// It takes a subject, not a picture of the same place.
    var isBySubject: Bool { name.contains("s2v-") }

    static let ratios: [AspectRatio] = ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"]
    /// Fields that no path knows.
    static let foreignFields: Set<String> = [
        "quality", "background", "user", "output_compression", "moderation", "style", "negative_prompt",
    ]

    private var image: Capabilities {
        Capabilities(
            operations: [.generate, .edit], maximumInputs: 1, maximumCount: 9, acceptsInputURLs: true, inputForm: .base64,
            shapes: name.contains("live") ? ShapeRule(["1:1", "16:9", "4:3", "3:2", "2:3", "3:4", "9:16", "21:9"]) : nil,
            grid: SizeGrid(step: 8, sides: 512...2048), encodings: [], droppedFields: Self.foreignFields)
    }

    private var firstVideo: Capabilities {
        let isFromText = name.contains("t2v-")
        let needsImage = isBySubject || name.contains("i2v-") || name.contains("fast")
        return Capabilities(
            operations: [.video], minimumInputs: needsImage ? 1 : 0, maximumInputs: isFromText ? 0 : name.contains("hailuo-02") ? 2 : 1,
            acceptsInputURLs: true, inputForm: .base64,
            shapes: ShapeRule(
                [], tiers: name.contains("hailuo") ? [SizeTier("768P", 768), SizeTier("1080P", 1080)] : [], measure: .shortSide),
            seconds: name.contains("hailuo") ? [6, 10] : [6], namesOwnVideos: false, encodings: [],
            droppedFields: Self.foreignFields.union(["seed", "aspect_ratio"]), submitsJobs: true)
    }

    private var secondVideo: Capabilities {
        Capabilities(
            operations: [.video, .editVideo, .remixVideo], maximumInputs: 9, acceptsInputURLs: true, inputForm: .base64,
            shapes: ShapeRule(Self.ratios, tiers: [SizeTier("768P", 768), SizeTier("2K", 1440)], measure: .shortSide),
            seconds: Set(5...15), acceptsVideoFile: true, namesOwnVideos: false, encodings: [],
            droppedFields: Self.foreignFields.union(["seed"]),
            submitsJobs: true)
    }
}
