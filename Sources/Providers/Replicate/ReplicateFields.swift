import Media

/// The families of models at Replicate. The first row all of whose words are in the name counts. Where two fields carry the same pictures,
/// which one the model reads is unconfirmed.
enum ReplicateFields {
    /// The row for a name in lower case.
    static func family(of name: String) -> ReplicateFamily {
        families.first { $0.words.allSatisfy { name.contains($0) } } ?? ReplicateFamily()
    }

    /// What a ratio may be where a model tells nothing.
    static let usual: [AspectRatio] = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"]

    private static let families: [ReplicateFamily] = [
        photo("flux-2", .numbered("input_image", list: "input_images"), usual, every),
        photo("multi-image-kontext", .numbered("input_image", list: "input_images"), usual),
        photo("kontext", .one("input_image"), flux),
        photo("flux-fill", .one("image"), [], every).with { $0.mask = .white },
        photo("redux", .one("redux_image"), flux, every).with { $0.count = ("num_outputs", 4) },
        photo("flux", and: "-canny", .one("control_image"), [], every), photo("flux", and: "-depth", .one("control_image"), [], every),
        photo("flux-1.1", .one("image_prompt"), flux, every), photo("flux-pro", .one("image_prompt"), flux, every),
        photo("flux", .one("image"), flux, every).with { $0.count = ("num_outputs", 4) },
        photo("nano-banana-pro", .list("image_input"), flux).with { $0.size = .ratio(ShapeRule(flux, tiers: tiers)) },
        photo("nano-banana-2", .list("image_input"), flux).with { $0.size = .ratio(ShapeRule(flux, tiers: tiers)) },
        photo("nano-banana", .list("image_input"), usual), photo("gemini", .list("image_input"), usual),
        photo("seedream", .list("image_input"), flux, []).with { $0.size = .ratio(ShapeRule(flux, tiers: tiers), tier: "size") },
        photo("gpt-image", .list("input_images"), ["1:1", "3:2", "2:3"], every).with {
            $0.count = ("number_of_images", 10)
            $0.known = ["quality", "background", "output_compression", "moderation"]
        },
        photo("imagen", .one("image"), ["1:1", "16:9", "9:16", "4:3", "3:4"]),
        photo("ideogram-4", .list("images"), [], []).with { ($0.mask, $0.count) = (.black, ("num_images", 8)) },
        photo("ideogram", .one("image"), usual, []).with { $0.mask = .black },
        photo("recraft", .one("image"), usual, []),
        photo("qwen-image-edit-", .list("image"), usual, every), photo("qwen-image", .one("image"), usual, every),
        photo("minimax/image", .one("subject_reference"), flux, []).with { $0.count = ("number_of_images", 9) },
        photo("photon", .one("image_reference_url"), usual, []),
        photo("gen4-image", .list("reference_images"), usual, []),
        photo("stable-diffusion-3", .one("image"), flux, every),
        photo("sdxl", .one("image"), [], []).with { ($0.size, $0.mask, $0.count) = (.box, .white, ("num_outputs", 4)) },
        photo("stable-diffusion", .one("image"), [], []).with { ($0.size, $0.mask, $0.count) = (.box, .white, ("num_outputs", 4)) },
        clip("/veo", [4, 6, 8], ["720p", "1080p"], ratios: ["16:9", "9:16"]),
        clip("kling", nil, [], image: "start_image", ratios: ["16:9", "9:16", "1:1"]),
        clip("sora", [4, 8, 12], [], image: "input_reference", ratios: []).with { ($0.size, $0.length) = (.none, "seconds") },
        clip("hailuo", [6, 10], ["512p", "768p", "1080p"], image: "first_frame_image", ratios: []),
        clip("minimax/video", nil, [], image: "first_frame_image", ratios: []).with { $0.length = nil },
        clip("seedance-1", Set(2...12), ["480p", "720p", "1080p"]),
        clip("/ray-2", [5, 9], [], image: "start_image"), clip("/ray-flash", [5, 9], [], image: "start_image"),
        clip("/ray", nil, [], image: "start_image_url").with { $0.length = nil },
        clip("pixverse", [5, 8], []),
        clip("wan-2.5", [5, 10], ["480p", "720p", "1080p"]),
        clip("/wan-2.1", nil, []).with { $0.length = nil }, clip("/wan-2.2", nil, ["480p", "720p"]).with { $0.length = nil },
        clip("gen4-turbo", [5, 10], []), clip("stable-video", nil, [], ratios: []).with { $0.length = nil },
        clip("hunyuan-video", nil, [], ratios: []).with { ($0.size, $0.length) = (.box, nil) },
        clip("mochi", nil, [], ratios: []).with { ($0.size, $0.length) = (.box, nil) },
        clip("cogvideo", nil, [], ratios: []).with { ($0.size, $0.length) = (.none, nil) },
    ]

    private static func photo(
        _ word: String, and other: String = "", _ images: ReplicateFamily.Images, _ ratios: [AspectRatio],
        _ encodings: Set<ImageEncoding> = [.png, .jpeg]
    ) -> ReplicateFamily {
        ReplicateFamily(words: [word, other].filter { !$0.isEmpty }).with {
            ($0.images, $0.size, $0.encodings) = (images, .ratio(ShapeRule(ratios)), encodings)
        }
    }

    private static func clip(
        _ word: String, _ seconds: Set<Int>?, _ tiers: [String], image: String = "image",
        ratios: [AspectRatio] = ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"]
    ) -> ReplicateFamily {
        ReplicateFamily(words: [word]).with {
            let steps = tiers.map { SizeTier($0, Int($0.dropLast()) ?? 0) }
            $0.size = .ratio(ShapeRule(ratios, tiers: steps, measure: .shortSide))
            ($0.images, $0.seconds, $0.encodings) = (.one(image), seconds, [])
        }
    }

    private static let every: Set<ImageEncoding> = [.png, .jpeg, .webp]
    private static let flux: [AspectRatio] = usual + ["21:9", "4:5", "5:4"]
    private static let tiers = [SizeTier("1K", 1024), SizeTier("2K", 2048), SizeTier("4K", 4096)]
}
