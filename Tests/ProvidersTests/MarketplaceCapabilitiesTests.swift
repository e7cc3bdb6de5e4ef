import Media
import Testing

@testable import Providers

@Suite struct `What ids tell at fal, Replicate and OpenRouter` {
    @Test(arguments: [
        ("fal-ai/flux/dev", FalTask.makeImage), ("fal-ai/flux-pro/kontext", .editImage),
        ("fal-ai/flux-pro/kontext/text-to-image", .makeImage),
        ("fal-ai/flux-pro/v1/fill", .inpaint), ("fal-ai/flux/dev/redux", .varyImage), ("fal-ai/nano-banana/edit", .editImage),
        ("openai/gpt-image-2", .makeImage), ("fal-ai/bytedance/seedream/v4.5/edit", .editImage), ("fal-ai/ideogram/v3/edit", .inpaint),
        ("fal-ai/esrgan", .upscale), ("fal-ai/topaz/upscale/image", .upscale), ("fal-ai/topaz/upscale/video", .changeVideo),
        ("fal-ai/birefnet/v2", .removeBackground), ("fal-ai/bria/background/remove", .removeBackground),
        ("fal-ai/imageutils/rembg", .removeBackground), ("fal-ai/bria/background/replace", .editImage),
        ("bria/video/background-removal", .changeVideo), ("fal-ai/veo3.1", .makeVideo), ("fal-ai/veo3.1/fast/image-to-video", .animate),
        ("fal-ai/veo3.1/extend-video", .extendVideo), ("fal-ai/kling-video/v2.5-turbo/pro/text-to-video", .makeVideo),
        ("fal-ai/kling-video/o1/video-to-video/edit", .changeVideo), ("fal-ai/sora-2/video-to-video/remix", .remixVideo),
        ("bytedance/seedance-2.0/reference-to-video", .animate), ("xai/grok-imagine-video/edit-video", .changeVideo),
        ("fal-ai/luma-dream-machine/ray-2/modify", .changeVideo), ("fal-ai/kling-image/o1", .makeImage), ("acme/painter", .unknown),
    ])
    func `a path at fal names what it does`(_ id: String, _ task: FalTask) {
        #expect(FalTask(id) == task)
    }

    @Test(arguments: [
        ("black-forest-labs/flux-dev", ReplicateTask.image), ("black-forest-labs/flux-schnell", .makeImage),
        ("black-forest-labs/flux-kontext-max", .editImage), ("black-forest-labs/flux-fill-pro", .inpaint),
        ("black-forest-labs/flux-redux-dev", .varyImage), ("google/nano-banana-pro", .image), ("google/imagen-4", .makeImage),
        ("qwen/qwen-image-edit-plus", .editImage), ("nightmareai/real-esrgan", .upscale), ("recraft-ai/recraft-crisp-upscale", .upscale),
        ("topazlabs/video-upscale", .changeVideo), ("bria/remove-background", .removeBackground),
        ("851-labs/background-remover", .removeBackground), ("lucataco/remove-bg", .removeBackground), ("google/veo-3.1-fast", .video),
        ("wan-video/wan-2.2-t2v-fast", .makeVideo), ("wan-video/wan-2.5-i2v", .animate), ("runwayml/gen4-turbo", .animate),
        ("runwayml/gen4-aleph", .changeVideo), ("luma/modify-video", .changeVideo), ("luma/ray-2-720p", .video),
        ("minimax/video-01", .video), ("minimax/image-01", .image), ("acme/painter", .unknown),
    ])
    func `a name at Replicate names what it does`(_ name: String, _ task: ReplicateTask) {
        #expect(ReplicateTask(name) == task)
    }

    @Test func `an editor of several images at fal needs one and takes sixteen`() {
        let capabilities = FalModel("fal-ai/nano-banana/edit").capabilities
        #expect(capabilities.minimumInputs == 1 && capabilities.maximumInputs == 16 && capabilities.maximumCount == 4)
        #expect(FalModel("fal-ai/flux/dev").capabilities.maximumInputs == 0)
        #expect(FalModel("fal-ai/veo3.1/first-last-frame-to-video").capabilities.minimumInputs == 2)
    }

    @Test(arguments: ["fal-ai/ideogram/v3/edit", "fal-ai/flux-pro/v1/fill", "fal-ai/gpt-image-1.5/edit"])
    func `masks have the form of the family`(_ id: String) {
        let capabilities = FalModel(id).capabilities
        #expect(capabilities.acceptsMask && capabilities.needsMask == !id.contains("gpt"))
        #expect(capabilities.maskForm == (id.contains("ideogram") ? .black : id.contains("gpt") ? .alpha : .white))
    }

    @Test func `a background that is removed is transparent`() {
        #expect(FalModel("fal-ai/birefnet").capabilities.transparentBackground)
        #expect(ReplicateModel("bria/remove-background").capabilities.transparentBackground)
        #expect(!FalModel("fal-ai/flux/dev").capabilities.transparentBackground)
    }

    @Test(arguments: [
        ("fal-ai/kling-video/v2.1/master/text-to-video", [5, 10] as Set<Int>), ("fal-ai/veo3", [4, 6, 8] as Set<Int>),
        ("bytedance/seedance-2.5/flash/image-to-video", Set(4...30)),
        ("fal-ai/minimax/hailuo-02/standard/text-to-video", [6, 10] as Set<Int>),
    ])
    func `lengths at fal are the family's`(_ id: String, _ seconds: Set<Int>) {
        #expect(FalModel(id).capabilities.seconds == seconds)
    }

    @Test func `a version does not change what a model at Replicate can do`() {
        let capabilities = ReplicateModel("stability-ai/sdxl:39ed52f2").capabilities
        #expect(capabilities.operations == [.generate, .edit] && capabilities.maximumCount == 4 && capabilities.shapes == nil)
    }

    @Test func `pictures at OpenRouter are bought at once, videos as jobs`() {
        #expect(!OpenRouterModel("openai/gpt-image-1").capabilities.submitsJobs)
        #expect(OpenRouterModel("openai/gpt-image-1").capabilities.maximumCount == 10)
        let video = OpenRouterModel("google/veo-3.1").capabilities
        #expect(video.submitsJobs && video.operations == [.video] && video.seconds == [4, 6, 8])
        #expect(OpenRouterModel("x-ai/grok-imagine-image").capabilities.operations == [.generate, .edit])
        #expect(OpenRouterModel("acme/painter").capabilities.operations == [.generate, .edit, .video])
    }
}
