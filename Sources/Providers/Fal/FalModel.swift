import Media

/// What the id of a model at fal tells.
struct FalModel: Sendable {
    /// What it does.
    let task: FalTask
    /// How it names its fields.
    let family: FalFamily
    /// Where its input images go.
    let images: FalFamily.Images

    /// Fields that hardly any endpoint knows.
    private static let rare: Set<String> = ["quality", "background", "user", "output_compression", "moderation"]

    /// - Parameter id: the path of the endpoint, in any case.
    init(_ id: String) {
        let id = id.lowercased()
        task = FalTask(id)
        family = FalFields.family(of: id, isVideo: task.isVideo)
        switch task {
        case .upscale, .removeBackground, .inpaint, .varyImage: images = .one("image_url")
        case .unknown, .changeVideo: images = .either
        case .makeImage, .editImage, .makeVideo, .animate, .remixVideo, .extendVideo: images = FalFields.images(of: id) ?? family.images
        }
    }

    /// The server says no where an id promises too much.
    var capabilities: Capabilities {
        Capabilities(
            operations: task.operations, acceptsMask: takesMask, needsMask: task == .inpaint, maskForm: family.maskForm,
            minimumInputs: inputs.lowerBound, maximumInputs: inputs.upperBound, maximumCount: maximumCount, acceptsInputURLs: true,
            inputForm: .base64, sizes: sizes, shapes: shapes, grid: grid, seconds: task.isVideo ? family.seconds : nil,
            qualities: family.known.contains("quality") ? ["auto", "low", "medium", "high"] : nil,
            acceptsVideoFile: task == .changeVideo || task == .extendVideo, encodings: encodings,
            transparentBackground: task == .removeBackground || family.known.contains("background"), droppedFields: droppedFields,
            submitsJobs: true)
    }

    /// What the model does not know and must not get; `mask` aside.
    var droppedFields: Set<String> {
        var dropped = Self.rare.subtracting(family.known).union(family.unknown)
        if task.isVideo, case .none = family.duration { dropped.insert("seconds") }
        return dropped
    }

    /// Whether a mask has a field there.
    var takesMask: Bool {
        switch task {
        case .inpaint, .unknown: true
        case .editImage: family.known.contains("background")
        case .makeImage, .varyImage, .upscale, .removeBackground, .makeVideo, .animate, .changeVideo, .remixVideo, .extendVideo: false
        }
    }

    private var inputs: ClosedRange<Int> {
        switch task {
        case .makeImage, .makeVideo, .remixVideo, .extendVideo: 0...0
        case .upscale, .removeBackground, .inpaint, .varyImage: 1...1
        case .editImage, .animate: images.range
        case .changeVideo: 0...4
        case .unknown: 0...16
        }
    }

    private var maximumCount: Int {
        task.isVideo || task == .upscale || task == .removeBackground ? 1 : family.count
    }

    private var encodings: Set<ImageEncoding> {
        task.isVideo || task == .removeBackground ? [] : family.encodings
    }

    /// What is made of a picture or a video is as large as that.
    var hasOwnSize: Bool {
        switch task {
        case .upscale, .removeBackground, .inpaint, .changeVideo, .remixVideo: false
        case .makeImage, .editImage, .varyImage, .makeVideo, .animate, .extendVideo, .unknown: true
        }
    }

    private var sizes: Set<Size>? {
        guard hasOwnSize, case .word(let sizes) = family.size else { return nil }
        return sizes
    }

    private var shapes: ShapeRule? {
        guard hasOwnSize else { return ShapeRule() }
        guard case .ratio(let rule) = family.size else { return nil }
        return rule
    }

    private var grid: SizeGrid? {
        guard hasOwnSize, case .grid(let grid) = family.size else { return nil }
        return grid
    }
}

extension FalFamily.Images {
    /// How many images an endpoint that works on images takes.
    var range: ClosedRange<Int> {
        switch self {
        case .one: 1...1
        case .frames(let names): names.count...names.count
        case .list, .either: 1...16
        }
    }
}
