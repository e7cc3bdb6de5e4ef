import Media

/// What a model's id tells of it; the id of an endpoint of the operator's own (`ep-...`) tells nothing.
struct ArkModel: Sendable {
    private let id: String

    init(_ id: String) {
        self.id = id.lowercased()
    }

    var capabilities: Capabilities {
        if id.contains("seedance") { return videos }
        if id.contains("seedream") || id.contains("seededit") { return images }
        return Capabilities(
            operations: [.generate, .edit, .video, .editVideo, .extendVideo], maximumInputs: 14, acceptsInputURLs: true,
            inputForm: .base64, videoForm: .address, acceptsVideoFile: true, namesOwnVideos: false, droppedFields: Self.foreign,
            submitsJobs: true)
    }

    /// An endpoint of the operator's own makes pictures as Seedream does, and videos as Seedance.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        limited.submitsJobs = limited.submitsJobs && operation.isVideo
        if operation.isVideo, limited.shapes == nil { limited.shapes = Self.videoShapes }
        if operation.isVideo { limited.encodings = [] }
        return limited
    }

    /// The shapes of videos.
    static let videoShapes = ShapeRule(
        ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"],
        tiers: [SizeTier("480p", 480), SizeTier("720p", 720), SizeTier("1080p", 1080)], measure: .shortSide)

    /// Several images of one call are a series that the model decides on, so each has its own call.
    private var images: Capabilities {
        let isEditor = id.contains("seededit")
        let isTextOnly = id.contains("-t2i")
        return Capabilities(
            operations: isEditor ? [.edit] : isTextOnly ? [.generate] : [.generate, .edit], minimumInputs: isEditor ? 1 : 0,
            maximumInputs: isEditor ? 1 : isTextOnly ? 0 : 14, acceptsInputURLs: true, inputForm: .base64,
            shapes: isEditor ? ShapeRule() : nil, grid: grid, encodings: id.contains("seedream-5") ? [.png, .jpeg] : [],
            droppedFields: Self.foreign.union(["aspect_ratio"]))
    }

    /// Bounds of the area (unconfirmed for ids that are not named here), said as bounds of the sides.
    private var grid: SizeGrid {
        if id.contains("seedream-3") { return SizeGrid(step: 1, sides: 512...2048) }
        if id.contains("seedream-4-5") { return SizeGrid(step: 1, sides: 1920...8192, maximumPixels: 16_777_216) }
        if id.contains("seedream-5-0") { return SizeGrid(step: 1, sides: 1920...5418, maximumPixels: 10_404_496) }
        return SizeGrid(step: 1, sides: 960...8192, maximumPixels: 16_777_216)
    }

    private var videos: Capabilities {
        let takesVideos = id.contains("seedance-2")
        return Capabilities(
            operations: takesVideos ? [.video, .editVideo, .extendVideo] : [.video], minimumInputs: id.contains("-i2v") ? 1 : 0,
            maximumInputs: maximumFrames, acceptsInputURLs: true, inputForm: .base64, videoForm: .address, shapes: Self.videoShapes,
            seconds: seconds, acceptsVideoFile: takesVideos, namesOwnVideos: false, encodings: [], droppedFields: Self.foreign,
            submitsJobs: true)
    }

    private var maximumFrames: Int {
        if id.contains("-t2v") { return 0 }
        if id.contains("seedance-1-0-pro-fast") { return 1 }
        if id.contains("seedance-1-0-lite") { return 4 }
        return id.contains("seedance-1") ? 2 : 9
    }

    /// Unconfirmed for generations after the second.
    private var seconds: Set<Int>? {
        if id.contains("seedance-1-0") { return Set(2...12) }
        if id.contains("seedance-1-5") { return Set(4...12) }
        return id.contains("seedance-2-0") ? Set(4...15) : nil
    }

    /// What Ark has no word for.
    static let foreign: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style", "negative_prompt"]
}
