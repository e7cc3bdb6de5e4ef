import Media

/// What an endpoint of fal does, by the words of its id.
enum FalTask: Sendable, Hashable {
    case makeImage, editImage, varyImage, inpaint, upscale, removeBackground
    /// A video from a text alone; from images.
    case makeVideo, animate
    /// From a video's address; from the name of a video that the same model made.
    case changeVideo, remixVideo, extendVideo
    /// The id tells nothing: the server says what cannot be.
    case unknown

    /// By the words in lower case.
    init(_ id: String) {
        self = Self.table.first { $0.words.allSatisfy { id.contains($0) } }?.task ?? .unknown
    }

    /// What a caller can ask of it.
    var operations: Set<GenerationRequest.Operation> {
        switch self {
        case .makeImage: [.generate]
        case .editImage, .inpaint: [.edit]
        case .varyImage: [.vary, .edit]
        case .upscale: [.upscale]
        case .removeBackground: [.removeBackground]
        case .makeVideo, .animate: [.video]
        case .changeVideo, .remixVideo: [.editVideo, .remixVideo]
        case .extendVideo: [.extendVideo]
        case .unknown: [.generate, .edit, .video]
        }
    }

    /// The result is a video, and nothing else.
    var isVideo: Bool { operations.allSatisfy(\.isVideo) }

    /// The first row all of whose words are in the id.
    private static let table: [(words: [String], task: FalTask)] = [
        (["text-to-image"], .makeImage), (["text-to-video"], .makeVideo),
        (["sora", "remix"], .remixVideo),
        (["extend-video"], .extendVideo), (["video", "/extend"], .extendVideo), (["pixverse", "/extend"], .extendVideo),
        (["image-to-video"], .animate), (["reference-to-video"], .animate), (["frame-to-video"], .animate), (["/elements"], .animate),
        (["-i2v"], .animate), (["stable-video"], .animate), (["-svd"], .animate),
        (["video-to-video"], .changeVideo), (["luma", "/modify"], .changeVideo), (["video", "edit"], .changeVideo),
        (["video", "upscal"], .changeVideo),
        (["video", "background"], .changeVideo), (["video", "rembg"], .changeVideo), (["video", "reframe"], .changeVideo),
        (["upscal"], .upscale), (["esrgan"], .upscale), (["aura-sr"], .upscale), (["seedvr"], .upscale), (["supir"], .upscale),
        (["ccsr"], .upscale), (["super-resolution"], .upscale),
        (["rembg"], .removeBackground), (["birefnet"], .removeBackground), (["rmbg"], .removeBackground),
        (["background-remov"], .removeBackground), (["remove-background"], .removeBackground), (["background/remove"], .removeBackground),
        (["inpaint"], .inpaint), (["/fill"], .inpaint), (["-fill"], .inpaint), (["genfill"], .inpaint), (["eraser"], .inpaint),
        (["ideogram", "/edit"], .inpaint),
        (["redux"], .varyImage),
        (["image-to-image"], .editImage), (["edit"], .editImage), (["kontext"], .editImage), (["remix"], .editImage),
        (["reframe"], .editImage), (["/expand"], .editImage), (["background/replace"], .editImage), (["try-on"], .editImage),
        (["grok-imagine-image"], .makeImage), (["kling-image"], .makeImage),
        (["veo"], .makeVideo), (["kling"], .makeVideo), (["sora"], .makeVideo), (["luma-dream-machine"], .makeVideo),
        (["hailuo"], .makeVideo), (["minimax/video"], .makeVideo), (["seedance"], .makeVideo), (["pixverse"], .makeVideo),
        (["hunyuan-video"], .makeVideo), (["mochi"], .makeVideo), (["ltx"], .makeVideo), (["-t2v"], .makeVideo),
        (["cogvideo"], .makeVideo), (["video"], .makeVideo),
        (["flux"], .makeImage), (["nano-banana"], .makeImage), (["imagen"], .makeImage), (["gemini"], .makeImage),
        (["gpt-image"], .makeImage), (["seedream"], .makeImage), (["recraft"], .makeImage), (["ideogram"], .makeImage),
        (["qwen-image"], .makeImage), (["sdxl"], .makeImage), (["stable-diffusion"], .makeImage), (["hidream"], .makeImage),
        (["z-image"], .makeImage), (["hunyuan-image"], .makeImage), (["minimax/image"], .makeImage), (["photon"], .makeImage),
    ]
}
