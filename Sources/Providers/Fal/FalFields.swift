import Media

/// The families of models at fal. The first row all of whose words are in the id counts. Rows of families whose pages could not be read are
/// unconfirmed, as is how a mask marks what is changed.
enum FalFields {
    /// The row for an id in lower case.
    static func family(of id: String, isVideo: Bool) -> FalFamily {
        (isVideo ? videos : images).first { $0.words.allSatisfy { id.contains($0) } } ?? FalFamily()
    }

    /// Where an id tells more of its images than its family does.
    static func images(of id: String) -> FalFamily.Images? {
        imageForms.first { id.contains($0.word) }?.form
    }

    /// Presets of `image_size`, for callers that say a ratio.
    static let presets = [
        "1:1": "square_hd", "4:3": "landscape_4_3", "3:4": "portrait_4_3", "16:9": "landscape_16_9", "9:16": "portrait_16_9",
    ]

    private static let imageForms: [(word: String, form: FalFamily.Images)] = [
        ("first-last-frame", .frames(["first_frame_url", "last_frame_url"])), ("/elements", .list("input_image_urls")),
        ("vidu/reference", .list("reference_image_urls")), ("reference-to-video", .list("image_urls")),
    ]

    private static let every: Set<ImageEncoding> = [.png, .jpeg, .webp]

    private static let images: [FalFamily] = [
        row("gpt-image-2", .box, .list("image_urls"), 4, every).with { gpt(&$0) },
        row("gpt-image", .word(gptSizes), .list("image_urls"), 4, every).with { gpt(&$0) },
        row("nano-banana-pro", .ratio(tiered), .list("image_urls"), 4, every),
        row("nano-banana-2", .ratio(tiered), .list("image_urls"), 4, every),
        row("nano-banana", .ratio(photos), .list("image_urls"), 4, every),
        row("gemini-3", .ratio(tiered), .list("image_urls"), 4, every),
        row("gemini", .ratio(photos), .list("image_urls"), 4, every),
        row("imagen", .ratio(fewPhotos), .either, 4, every),
        row("kontext/multi", .ratio(photos), .list("image_urls"), 4),
        row("kontext/max/multi", .ratio(photos), .list("image_urls"), 4),
        row("kontext", .ratio(photos), .one("image_url"), 4),
        row("-ultra", .ratio(photos), .one("image_url"), 4),
        row("flux-2-", .box, .list("image_urls"), 1),
        row("flux-2", .box, .list("image_urls"), 4),
        row("flux-3", .box, .either, 1),
        row("flux", .box, .one("image_url"), 4),
        row("seedream/v4.5", .grid(SizeGrid(step: 1, sides: 1920...4096)), .list("image_urls"), 6, []),
        row("seedream/v4", .grid(SizeGrid(step: 1, sides: 1024...4096)), .list("image_urls"), 6, []),
        row("seedream", .box, .either, 1, []),
        row("recraft", .box, .one("image_url"), 1, []),
        row("ideogram/v3", .box, .one("image_url"), 8, []).with { $0.maskForm = .black },
        row("ideogram", .ratio(photos), .one("image_url"), 1, []).with { $0.maskForm = .black },
        row("qwen-image-edit-", .box, .list("image_urls"), 4),
        row("qwen-image", .box, .one("image_url"), 4),
        row("hidream", .box, .one("image_url"), 4),
        row("z-image", .box, .one("image_url"), 4),
        row("sdxl", .box, .one("image_url"), 4),
        row("stable-diffusion", .box, .one("image_url"), 4),
        row("hunyuan-image", .box, .either, 1),
        row("kling-image", .ratio(tiered), .list("image_urls"), 4),
        row("grok-imagine", .ratio(photos), .either, 4),
        row("minimax/image", .ratio(photos), .either, 4, []),
        row("photon", .ratio(photos), .either, 1, []),
        row("omnigen", .box, .list("input_image_urls"), 4),
        row("bria", .ratio(photos), .one("image_url"), 1, []),
        row("reve", .ratio(photos), .either, 4, every),
    ]

    private static let videos: [FalFamily] = [
        clip("veo", "extend-video", duration: .unit, seconds: [7], ["720p"]),
        clip("veo2", duration: .unit, seconds: [5, 6, 7, 8]),
        clip("veo", duration: .unit, seconds: [4, 6, 8], ["720p", "1080p"], ratios: ["16:9", "9:16"]),
        clip("sora", "pro", duration: .integer, seconds: [4, 8, 12], ["720p", "1080p"], ratios: ["16:9", "9:16"]),
        clip("sora", duration: .integer, seconds: [4, 8, 12], ["720p"], ratios: ["16:9", "9:16"]),
        clip("kling-video/v3", seconds: Set(3...15), ratios: square).with { $0.images = .one("start_image_url") },
        clip("kling-video/o3", seconds: Set(3...15), ratios: square),
        clip("kling-video/o1", ratios: square).with { $0.images = .one("start_image_url") },
        clip("kling-video/v2.6", seconds: [5, 10], ratios: square).with { $0.images = .one("start_image_url") },
        clip("kling-video", seconds: [5, 10], ratios: square),
        clip("hailuo", seconds: [6, 10], ratios: []),
        clip("minimax", duration: .none, ratios: []),
        clip("luma-dream-machine", duration: .unit, seconds: [5, 9], ["540p", "720p", "1080p"]),
        clip("pixverse", seconds: [5, 8], ["360p", "540p", "720p", "1080p"]),
        clip("seedance-2.5", seconds: Set(4...30), ["480p", "720p"]),
        clip("seedance-2.0", seconds: Set(4...15), ["480p", "720p"]),
        clip("seedance/v1.5", seconds: Set(4...12), ["480p", "720p"]),
        clip("seedance", seconds: Set(2...12), ["480p", "720p", "1080p"]),
        clip("wan-25", seconds: [5, 10], ["480p", "720p", "1080p"]),
        clip("wan/v2.6", seconds: [5, 10, 15], ["720p", "1080p"]),
        clip("/wan", duration: .none, ["480p", "580p", "720p"]),
        clip("ltx-2-19b", duration: .none),
        clip("ltx-2", "fast", duration: .integer, ["1080p", "1440p", "2160p"], ratios: ["16:9"]),
        clip("ltx-2", duration: .integer, seconds: [6, 8, 10], ["1080p", "1440p", "2160p"], ratios: ["16:9"]),
        clip("ltx", duration: .none),
        clip("vidu", duration: .integer),
        clip("pika", duration: .integer, seconds: [5, 10], ["720p", "1080p"]),
        clip("grok-imagine-video", duration: .integer, seconds: Set(1...15), ["480p", "720p"]),
        clip("hunyuan-video", duration: .none), clip("mochi", duration: .none), clip("cogvideo", duration: .none),
        clip("stable-video", duration: .none), clip("svd", duration: .none), clip("magi", duration: .none),
        clip("cosmos", duration: .none), clip("framepack", duration: .none), clip("animatediff", duration: .none),
        clip(),
    ]

    private static func row(
        _ word: String, _ size: FalFamily.Sizing, _ images: FalFamily.Images, _ count: Int, _ encodings: Set<ImageEncoding> = [.png, .jpeg]
    ) -> FalFamily {
        FalFamily(words: [word]).with { ($0.size, $0.images, $0.count, $0.encodings) = (size, images, count, encodings) }
    }

    private static func clip(
        _ word: String = "", _ other: String = "", duration: FalFamily.Length = .text, seconds: Set<Int>? = nil, _ tiers: [String] = [],
        ratios: [AspectRatio] = ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"]
    ) -> FalFamily {
        FalFamily(words: [word, other].filter { !$0.isEmpty }).with {
            let steps = tiers.map { SizeTier($0, Int($0.dropLast()) ?? 0) }
            $0.size = .ratio(ShapeRule(ratios, tiers: steps, measure: .shortSide))
            ($0.images, $0.duration, $0.seconds, $0.encodings) = (.one("image_url"), duration, seconds, [])
        }
    }

    /// These take OpenAI's own fields and masks (masks unconfirmed).
    private static func gpt(_ family: inout FalFamily) {
        (family.mask, family.maskForm, family.known, family.unknown) = ("mask_image_url", .alpha, ["quality", "background"], ["seed"])
    }

    private static let square: [AspectRatio] = ["16:9", "9:16", "1:1"]
    private static let fewPhotos = ShapeRule(["1:1", "16:9", "9:16", "4:3", "3:4"])
    private static let photos = ShapeRule(allRatios)
    private static let tiered = ShapeRule(allRatios, tiers: [SizeTier("1K", 1024), SizeTier("2K", 2048), SizeTier("4K", 4096)])
    private static let allRatios: [AspectRatio] = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9"]
    private static let gptSizes: Set<Size> = [
        .auto, .pixels(width: 1024, height: 1024), .pixels(width: 1536, height: 1024), .pixels(width: 1024, height: 1536),
    ]
}
