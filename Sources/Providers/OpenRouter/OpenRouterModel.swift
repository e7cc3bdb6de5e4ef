import Media

/// What the id of a model at OpenRouter tells.
struct OpenRouterModel: Sendable {
    private let kind: Kind
    private let family: Family

    private enum Kind { case image, video, unknown }

    /// What a maker's models know.
    private struct Family {
        var words: [String] = []
        /// Fields of the caller that are refused (unconfirmed).
        var unknown: Set<String> = []
        var encodings: Set<ImageEncoding> = [.png, .jpeg, .webp]
        var isTransparent = true
        /// Most pictures of one call.
        var count = 1
        /// Lengths of videos in seconds.
        var seconds: Set<Int>?
    }

    /// - Parameter id: `maker/model`.
    init(_ id: String) {
        let id = id.lowercased()
        let isImage = Self.images.contains { id.contains($0) }
        kind = isImage ? .image : Self.videos.contains { id.contains($0) } ? .video : .unknown
        family = Self.families.first { $0.words.allSatisfy { id.contains($0) } } ?? Family()
    }

    /// The server says no where an id promises too much.
    var capabilities: Capabilities {
        switch kind {
        case .image: capabilities([.generate, .edit])
        case .unknown: capabilities([.generate, .edit, .video])
        case .video:
            Capabilities(
                operations: [.video], maximumInputs: 16, acceptsInputURLs: true, inputForm: .base64, shapes: Self.clips,
                seconds: family.seconds, encodings: [], droppedFields: ["quality", "background", "user", "moderation"], submitsJobs: true)
        }
    }

    private func capabilities(_ operations: Set<GenerationRequest.Operation>) -> Capabilities {
        Capabilities(
            operations: operations, maximumInputs: 16, maximumCount: family.count, acceptsInputURLs: true, inputForm: .base64,
            qualities: ["auto", "low", "medium", "high", "xhigh", "max"], encodings: family.encodings,
            transparentBackground: family.isTransparent,
            droppedFields: family.unknown.union(["moderation"]))
    }

    private static let clips = ShapeRule(
        ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"],
        tiers: [SizeTier("360p", 360), SizeTier("480p", 480), SizeTier("720p", 720), SizeTier("1080p", 1080)], measure: .shortSide)

    private static let images = ["image", "flux", "seedream", "recraft", "riverflow", "nano-banana", "ideogram"]
    private static let videos = [
        "veo", "sora", "kling", "seedance", "hailuo", "wan-", "video", "/ray", "runway", "pixverse", "vidu", "ltx", "omni",
    ]

    private static let families = [
        Family(words: ["gpt-image-2"], isTransparent: false, count: 10),
        Family(words: ["gpt-image"], count: 10),
        Family(words: ["gemini"], unknown: plain, encodings: [], isTransparent: false),
        Family(words: ["nano-banana"], unknown: plain, encodings: [], isTransparent: false),
        Family(words: ["flux"], unknown: plain, encodings: [.png, .jpeg], isTransparent: false),
        Family(words: ["seedream"], unknown: plain, isTransparent: false),
        Family(words: ["veo"], seconds: [4, 6, 8]),
    ]
    private static let plain: Set<String> = ["quality", "background", "output_compression"]
}
