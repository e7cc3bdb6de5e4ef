import Media

/// What the name of a model at Replicate tells; its version does not count.
struct ReplicateModel: Sendable {
    /// What it does.
    let task: ReplicateTask
    /// How it names its inputs.
    let family: ReplicateFamily
    /// Where its input images go.
    let images: ReplicateFamily.Images

    private static let rare: Set<String> = ["quality", "background", "user", "output_compression", "moderation"]

    /// - Parameter id: as in a route, version included.
    init(_ id: String) {
        let name = String(id.lowercased().prefix { $0 != ":" })
        task = ReplicateTask(name)
        family = ReplicateFields.family(of: name)
        images = task == .upscale || task == .removeBackground ? .one("image") : family.images
    }

    /// The server says no where a name promises too much.
    var capabilities: Capabilities {
        Capabilities(
            operations: task.operations, acceptsMask: mask != nil, needsMask: task == .inpaint, maskForm: mask ?? .white,
            minimumInputs: inputs.lowerBound, maximumInputs: inputs.upperBound, maximumCount: count?.maximum ?? 1, acceptsInputURLs: true,
            inputForm: .base64, shapes: shapes, seconds: task.isVideo ? family.seconds : nil,
            qualities: family.known.contains("quality") ? ["auto", "low", "medium", "high"] : nil, acceptsVideoFile: task == .changeVideo,
            namesOwnVideos: false, encodings: encodings,
            transparentBackground: task == .removeBackground || family.known.contains("background"),
            droppedFields: droppedFields, submitsJobs: true)
    }

    /// What the model does not know and must not get.
    var droppedFields: Set<String> {
        var dropped = Self.rare.subtracting(family.known)
        if task.isVideo, family.length == nil { dropped.insert("seconds") }
        if hasOwnSize, case .none = family.size { dropped.insert("size") }
        return dropped
    }

    /// How a mask is taken; nil: not at all.
    var mask: Capabilities.MaskForm? {
        switch task {
        case .inpaint, .unknown: family.mask ?? .white
        case .image, .editImage: family.mask
        case .makeImage, .varyImage, .upscale, .removeBackground, .makeVideo, .video, .animate, .changeVideo: nil
        }
    }

    /// Most pictures of one call and the input's name; nil: one.
    var count: (name: String, maximum: Int)? {
        task.isVideo || task == .upscale || task == .removeBackground ? nil : family.count
    }

    /// What is made of a picture or a video is as large as that.
    var hasOwnSize: Bool {
        switch task {
        case .upscale, .removeBackground, .inpaint, .changeVideo: false
        case .makeImage, .image, .editImage, .varyImage, .makeVideo, .video, .animate, .unknown: true
        }
    }

    private var inputs: ClosedRange<Int> {
        switch task {
        case .makeImage, .makeVideo: 0...0
        case .upscale, .removeBackground, .inpaint, .varyImage: 1...1
        case .image, .video, .unknown: 0...most
        case .editImage, .animate: 1...most
        case .changeVideo: 0...1
        }
    }

    private var most: Int {
        switch images {
        case .one: 1
        case .list: 16
        case .numbered: 8
        }
    }

    private var encodings: Set<ImageEncoding> {
        task.isVideo || task == .upscale || task == .removeBackground ? [] : family.encodings
    }

    private var shapes: ShapeRule? {
        guard hasOwnSize else { return ShapeRule() }
        guard case .ratio(let rule, _) = family.size else { return nil }
        return rule
    }
}
