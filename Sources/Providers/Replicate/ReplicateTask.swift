import Media

/// What a model at Replicate does, by the words of its name.
enum ReplicateTask: Sendable, Hashable {
    /// From a text alone; from a text and perhaps pictures; from pictures.
    case makeImage, image, editImage
    case varyImage, inpaint, upscale, removeBackground
    /// From a text alone; from a text and perhaps a picture; from pictures; from a video.
    case makeVideo, video, animate, changeVideo
    /// The name tells nothing: the server says what cannot be.
    case unknown

    /// By the words in lower case.
    init(_ name: String) {
        self = Self.table.first { $0.words.allSatisfy { name.contains($0) } }?.task ?? .unknown
    }

    /// What a caller can ask of it.
    var operations: Set<GenerationRequest.Operation> {
        switch self {
        case .makeImage: [.generate]
        case .image: [.generate, .edit]
        case .editImage, .inpaint: [.edit]
        case .varyImage: [.vary, .edit]
        case .upscale: [.upscale]
        case .removeBackground: [.removeBackground]
        case .makeVideo, .video, .animate: [.video]
        case .changeVideo: [.editVideo, .remixVideo]
        case .unknown: [.generate, .edit, .video]
        }
    }

    /// The result is a video, and nothing else.
    var isVideo: Bool { operations.allSatisfy(\.isVideo) }

    /// The first row all of whose words are in the name.
    private static let table: [(words: [String], task: ReplicateTask)] = [
        (["video", "upscal"], .changeVideo), (["video", "background"], .changeVideo), (["video-to-video"], .changeVideo),
        (["v2v"], .changeVideo), (["aleph"], .changeVideo), (["modify-video"], .changeVideo), (["video", "edit"], .changeVideo),
        (["reframe-video"], .changeVideo),
        (["upscal"], .upscale), (["esrgan"], .upscale), (["swinir"], .upscale), (["supir"], .upscale), (["super-resolution"], .upscale),
        (["rembg"], .removeBackground), (["remove-bg"], .removeBackground), (["birefnet"], .removeBackground),
        (["rmbg"], .removeBackground), (["background-remov"], .removeBackground), (["remove-background"], .removeBackground),
        (["remove_bg"], .removeBackground),
        (["i2v"], .animate), (["image-to-video"], .animate), (["img2vid"], .animate), (["stable-video-diffusion"], .animate),
        (["gen4-turbo"], .animate), (["t2v"], .makeVideo), (["text-to-video"], .makeVideo),
        (["/veo"], .video), (["kling"], .video), (["sora"], .video), (["seedance"], .video), (["hailuo"], .video), (["/ray"], .video),
        (["pixverse"], .video), (["ltx"], .video), (["mochi"], .video), (["cogvideo"], .video), (["/wan-2"], .video), (["video"], .video),
        (["inpaint"], .inpaint), (["-fill"], .inpaint), (["eraser"], .inpaint), (["genfill"], .inpaint),
        (["redux"], .varyImage), (["kontext"], .editImage), (["edit"], .editImage), (["-canny"], .editImage), (["-depth"], .editImage),
        (["img2img"], .editImage), (["try-on"], .editImage),
        (["imagen-"], .makeImage), (["schnell"], .makeImage), (["recraft-v"], .makeImage), (["/sana"], .makeImage),
        (["hidream"], .makeImage), (["z-image"], .makeImage),
        (["flux"], .image), (["nano-banana"], .image), (["seedream"], .image), (["gpt-image"], .image), (["sdxl"], .image),
        (["stable-diffusion"], .image), (["ideogram"], .image), (["qwen-image"], .image), (["gemini"], .image), (["photon"], .image),
        (["minimax/image"], .image), (["gen4-image"], .image),
    ]
}
