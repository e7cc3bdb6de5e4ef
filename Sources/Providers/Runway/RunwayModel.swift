import Media

/// What a model of Runway's takes; models that nobody knows take everything, and the service says no.
struct RunwayModel: Sendable {
    var kind = Kind.any
    /// nil: any.
    var sizes: Set<Size>?
    /// For models that take a ratio and a resolution by name.
    var shapes: ShapeRule?
    /// What is sent where the caller names no size and the model wants one.
    var usualRatio: String?
    var images = 0...16
    var count = 1
    var seconds: Set<Int>?
    /// For models that want a length.
    var usualSeconds: Int?
    var encodings: Set<ImageEncoding> = []
    var qualities: Set<String> = []
    var hasSeed = false
    var hasBackground = false
    /// The video has the shape of its first frame.
    var followsImage = false
    /// What the path that changes videos calls its video; models that it does not serve have the usual name.
    var videoField = "videoUri"
    /// It edits and extends videos by a `mode`.
    var hasModes = false

    enum Kind: Sendable {
        case image, upscaler, any
        /// Videos from text and images, from videos alone, or from all of them.
        case video, videoEditor, videoAndEditor
    }

    /// Fields of other dialects that no path of Runway's knows.
    static let foreignFields: Set<String> = ["moderation", "style", "negative_prompt", "aspect_ratio"]

    var capabilities: Capabilities {
        Capabilities(
            operations: operations, minimumInputs: images.lowerBound, maximumInputs: images.upperBound, maximumCount: count,
            acceptsInputURLs: true, inputForm: .base64, sizes: sizes, shapes: shapes, seconds: seconds,
            qualities: qualities.isEmpty ? nil : qualities,
            acceptsVideoFile: kind == .videoEditor || kind == .videoAndEditor || kind == .any, namesOwnVideos: false, encodings: encodings,
            transparentBackground: hasBackground, droppedFields: droppedFields, submitsJobs: true)
    }

    /// A changed video has the shape of the one before, and only an extension a length of its own.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        switch operation {
        case .generate, .edit, .vary, .video, .removeBackground: break
        case .upscale: limited = limited.keepingSize()
        case .editVideo, .remixVideo:
            limited = limited.keepingSize()
            limited.seconds = []
        case .extendVideo: limited = limited.keepingSize()
        }
        if operation.isVideo {
            limited.droppedFields.formUnion(["quality", "background"])
            limited.encodings = []
            limited.maximumCount = 1
        } else {
            limited.seconds = nil
        }
        return limited
    }

    private var operations: Set<GenerationRequest.Operation> {
        let changes: Set<GenerationRequest.Operation> = hasModes ? [.editVideo, .remixVideo, .extendVideo] : [.editVideo, .remixVideo]
        return switch kind {
        case .image: images.upperBound == 0 ? [.generate] : images.lowerBound == 0 ? [.generate, .edit] : [.edit]
        case .upscaler: [.upscale]
        case .video: [.video]
        case .videoEditor: changes
        case .videoAndEditor: changes.union([.video])
        case .any: [.generate, .edit, .video, .editVideo, .remixVideo]
        }
    }

    private var droppedFields: Set<String> {
        var dropped = Self.foreignFields.union(["user", "output_compression"])
        if qualities.isEmpty { dropped.insert("quality") }
        if !hasBackground { dropped.insert("background") }
        if !hasSeed { dropped.insert("seed") }
        if shapes != nil { dropped.remove("aspect_ratio") }
        return dropped
    }

    init(named name: String) {
        let guess = name.contains("upscale") ? RunwayModel(.upscaler, images: 1...1) : RunwayModel(.any).with { $0.hasSeed = true }
        self = Self.known[name] ?? guess
    }

    init(_ kind: Kind, sizes text: String? = nil, images: ClosedRange<Int>? = nil) {
        self.kind = kind
        sizes = text.map(Self.sizes)
        if let images { self.images = images }
    }

    /// A copy with more said.
    func with(_ change: (inout RunwayModel) -> Void) -> RunwayModel {
        var copy = self
        change(&copy)
        return copy
    }

    /// `1280x720* 960x960`: a star stands for the same on its side, too.
    private static func sizes(_ text: String) -> Set<Size> {
        var sizes: Set<Size> = [.auto]
        for word in text.split(separator: " ") {
            guard let ratio = AspectRatio(parsing: String(word.prefix { $0 != "*" })) else { preconditionFailure("\(word) is no size") }
            sizes.insert(.pixels(width: ratio.width, height: ratio.height))
            if word.hasSuffix("*") { sizes.insert(.pixels(width: ratio.height, height: ratio.width)) }
        }
        return sizes
    }
}
