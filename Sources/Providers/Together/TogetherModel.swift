import Media

/// What a model at Together AI can do, by what its id tells.
struct TogetherModel {
    private let id: String

    init(_ id: String) {
        self.id = id.lowercased()
    }

    /// Of its pictures, its videos, or of both where the id tells neither.
    var capabilities: Capabilities {
        if !makesVideos, names(Self.imageWords) { return images }
        var all = videos
        guard !makesVideos else { return all }
        all.operations.formUnion(images.operations)
        all.maximumCount = images.maximumCount
        all.encodings = images.encodings
        return all
    }

    /// Of its pictures, or of its videos.
    func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        let all = capabilities
        guard all.operations.contains(operation) else { return all.limited(to: operation) }
        return (operation.isVideo ? videos : images).limited(to: operation)
    }

    /// The one input picture goes as `image_url`; everywhere else any number go as `reference_images`.
    var takesOneImage: Bool { id.contains("flux.1") && names(["kontext", "canny", "depth", "redux", "fill"]) }

    /// Input pictures of a video are what it shall resemble, not its frames.
    var takesReferences: Bool { names(["r2v", "reference"]) }

    /// Of its pictures. Sizes of FLUX.1 are in steps of 16 from 64 to 1792 (unconfirmed).
    var images: Capabilities {
        let needsImage = id.contains("edit") || id.contains("i2i")
        let maximumInputs = takesOneImage ? 1 : isTextOnly ? 0 : 8
        return Capabilities(
            operations: needsImage ? [.edit] : maximumInputs == 0 ? [.generate] : [.generate, .edit],
            minimumInputs: needsImage ? 1 : 0, maximumInputs: maximumInputs, maximumCount: 4, acceptsInputURLs: true, inputForm: .base64,
            grid: id.contains("flux.1") ? SizeGrid(step: 16, sides: 64...1792) : nil, encodings: [.png, .jpeg],
            droppedFields: Self.droppedFields)
    }

    private var videos: Capabilities {
        let changes = names(["edit", "v2v"])
        return Capabilities(
            operations: changes ? [.editVideo, .remixVideo] : makesVideos ? [.video] : [.video, .editVideo, .remixVideo],
            minimumInputs: names(["i2v", "r2v"]) ? 1 : 0, maximumInputs: id.contains("t2v") ? 0 : 8, acceptsInputURLs: true,
            inputForm: .base64, acceptsVideoFile: changes || !makesVideos, namesOwnVideos: false, droppedFields: Self.droppedFields,
            submitsJobs: true)
    }

    /// Some families make both, and say so at the end.
    private var makesVideos: Bool { names(Self.videoWords) && !id.hasSuffix("image") }

    private var isTextOnly: Bool {
        id.contains("flux.1") || names(["imagen", "stable-diffusion", "sdxl", "juggernaut", "dreamshaper", "hidream"])
            || (id.contains("qwen-image") && !id.contains("edit"))
    }

    private func names(_ words: [String]) -> Bool { words.contains { id.contains($0) } }

    private static let videoWords = [
        "video", "veo-", "sora", "kling", "hailuo", "seedance", "pixverse", "vidu", "t2v", "i2v", "r2v", "v2v", "wan2",
    ]
    private static let imageWords = [
        "image", "flux", "seedream", "ideogram", "stable-diffusion", "sdxl", "juggernaut", "dreamshaper", "hidream", "i2i",
    ]
    private static let droppedFields: Set<String> = ["quality", "background", "user", "output_compression", "moderation", "style"]
}
