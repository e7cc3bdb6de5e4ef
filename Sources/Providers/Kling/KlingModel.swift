import Media

/// What a model's name tells of it. Omni models have paths of their own (those are unconfirmed).
struct KlingModel: Sendable {
    private let name: String
    /// Takes everything as lists, and is told in the prompt what is what.
    let isOmni: Bool
    private let makesImages: Bool
    private let makesVideos: Bool

    init(_ name: String) {
        self.name = name
        isOmni = name.contains("omni") || name.hasSuffix("-o1")
        let isVideo = name.contains("video") || Self.videoOnly.contains { name.hasPrefix($0) } || name.contains("master")
        let isImage = name.contains("image") || name == "kling-v2-new" || name == "kling-v2"
        makesImages = isImage || !isVideo
        makesVideos = isVideo || !isImage
    }

    private static let videoOnly = ["kling-v1-6", "kling-v2-5", "kling-v2-6"]

    var capabilities: Capabilities {
        Capabilities(
            operations: operations, maximumInputs: maximumInputs, maximumCount: makesImages ? 9 : 1, acceptsInputURLs: true,
            inputForm: .base64, shapes: shapes, seconds: makesVideos ? seconds : nil, acceptsVideoFile: isOmni && makesVideos,
            encodings: [],
            droppedFields: makesVideos ? Self.foreignFields : Self.foreignFields.union(["quality"]), submitsJobs: true)
    }

    /// Pictures and videos of one model differ, and so does what is made from a video: that has its length and its shape.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        if operation.isVideo { limitVideo(&limited, operation) } else { limitPicture(&limited, operation) }
        return limited
    }

    private func limitPicture(_ limited: inout Capabilities, _ operation: GenerationRequest.Operation) {
        limited.shapes = Self.pictures
        limited.seconds = nil
        limited.maximumCount = 9
        limited.droppedFields.insert("quality")
        if operation == .edit { limited.maximumInputs = maximumPictures }
    }

    private func limitVideo(_ limited: inout Capabilities, _ operation: GenerationRequest.Operation) {
        limited.shapes = Self.videos
        (limited.maximumInputs, limited.maximumCount) = (maximumFrames, 1)
        guard operation != .video else { return }
        limited.shapes?.ratios = []
        limited.seconds = []
        guard operation == .extendVideo else {
            // A video to change is taken as a public address alone.
            limited.videoForm = .address
            limited.namesOwnVideos = false
            return
        }
        limited.shapes = ShapeRule()
        limited.maximumInputs = 0
        limited.acceptsVideoFile = false
        limited.droppedFields.formUnion(["quality", "aspect_ratio", "resolution"])
    }

    /// Fields that no path knows.
    static let foreignFields: Set<String> = ["seed", "background", "user", "output_compression", "moderation", "style"]

    /// What reaches the paths of pictures where a model has both.
    static let pictures = ShapeRule(
        ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"], tiers: [SizeTier("1k", 1024), SizeTier("2k", 2048)])
    private static let videos = ShapeRule(
        ["16:9", "9:16", "1:1"], tiers: [SizeTier("720p", 720), SizeTier("1080p", 1080)], measure: .shortSide)

    private var shapes: ShapeRule {
        if !makesVideos { return Self.pictures }
        return makesImages ? ShapeRule(Self.pictures.ratios) : Self.videos
    }

    private var operations: Set<GenerationRequest.Operation> {
        var operations: Set<GenerationRequest.Operation> = []
        if makesImages { operations.formUnion([.generate, .edit]) }
        if makesVideos { operations.insert(.video) }
        if makesVideos, isOmni { operations.formUnion([.editVideo, .remixVideo]) }
        // Videos of this one version cannot be extended.
        if makesVideos, !isOmni, name != "kling-v1-5" { operations.insert(.extendVideo) }
        return operations
    }

    private var maximumInputs: Int {
        max(makesImages ? maximumPictures : 0, makesVideos ? maximumFrames : 0)
    }

    /// Of a picture.
    private var maximumPictures: Int { isOmni ? 10 : name == "kling-v2-new" ? 1 : 4 }

    /// Of a video: a first and a last frame, or references where the model is known to take them or not known at all.
    private var maximumFrames: Int {
        if isOmni { return 7 }
        let isFramed = ["kling-v1", "kling-v1-5", "kling-v2-1"].contains(name)
        return name == "kling-v1-6" || (makesImages && !isFramed) ? 4 : 2
    }

    private var seconds: Set<Int>? {
        if name.hasPrefix("kling-v3") { return Set(3...15) }
        if isOmni { return Set(3...10) }
        return ["kling-v1", "kling-v2"].contains { name.hasPrefix($0) } ? [5, 10] : nil
    }
}
