import Media
import Testing

@testable import Providers

@Suite struct `Capabilities of Together AI, xAI, Fireworks and Hugging Face` {
    @Test(
        arguments: [
            ("black-forest-labs/FLUX.1-schnell", [.generate], 0), ("black-forest-labs/FLUX.1-kontext-max", [.generate, .edit], 1),
            ("black-forest-labs/FLUX.2-pro", [.generate, .edit], 8), ("google/imagen-4.0-fast", [.generate], 0),
            ("google/flash-image-2.5", [.generate, .edit], 8), ("Qwen/Qwen-Image", [.generate], 0), ("Qwen/Qwen-Image-Edit", [.edit], 8),
            ("Wan-AI/Wan2.6-image", [.generate, .edit], 8), ("google/veo-3.0-fast", [.video], 8), ("openai/sora-2", [.video], 8),
            ("kwaivgI/kling-2.1-master", [.video], 8), ("ByteDance/Seedance-1.0-pro", [.video], 8), ("Wan-AI/Wan2.2-T2V-A14B", [.video], 0),
            ("Wan-AI/wan2.7-videoedit", [.editVideo, .remixVideo], 8),
        ] as [(String, Set<GenerationRequest.Operation>, Int)])
    func `an id at Together AI tells what is made from what`(
        _ model: String, _ operations: Set<GenerationRequest.Operation>, _ inputs: Int
    ) throws {
        let capabilities = try provider("together").capabilities(for: model)
        #expect(capabilities.operations == operations && capabilities.maximumInputs == inputs)
        #expect(capabilities.submitsJobs == operations.contains { $0.isVideo })
    }

    @Test func `an id that tells nothing is believed able`() throws {
        let together = try provider("together").capabilities(for: "acme/unheard-of")
        #expect(together.operations == [.generate, .edit, .video, .editVideo, .remixVideo] && together.acceptsVideoFile)
        let xai = try provider("xai").capabilities(for: "grok-next")
        #expect(xai.operations == [.generate, .edit, .video, .editVideo, .remixVideo, .extendVideo] && xai.submitsJobs)
    }

    @Test func `xAI's models by what their ids speak of`() throws {
        let image = try provider("xai").capabilities(for: "grok-imagine-image-quality")
        #expect(image.operations == [.generate, .edit] && image.maximumCount == 10 && !image.submitsJobs)
        let video = try provider("xai").capabilities(for: "grok-imagine-video-1.5-lite")
        #expect(video.seconds == Set(1...15) && video.shapes?.tiers.count == 2 && video.submitsJobs)
    }

    @Test func `Fireworks makes jobs for Kontext alone`() throws {
        let provider = try provider("fireworks")
        #expect(provider.capabilities(for: "accounts/fireworks/models/flux-kontext-max").submitsJobs)
        #expect(!provider.capabilities(for: "accounts/fireworks/models/flux-1-dev-fp8").submitsJobs)
        #expect(provider.capabilities(for: "accounts/fireworks/models/SSD-1B").sizes?.count == 9)
    }

    @Test func `Hugging Face passes on what Together AI can`() throws {
        let provider = try provider("huggingface")
        #expect(provider.capabilities(for: "together/black-forest-labs/FLUX.2-dev").maximumInputs == 8)
        #expect(provider.capabilities(for: "black-forest-labs/FLUX.1-dev").maximumInputs == 1)
        #expect(provider.capabilities(for: "replicate/owner/name").operations.isEmpty)
    }

    private func provider(_ type: String) throws -> any Provider {
        try ProviderRegistry.make(ProviderSettings(name: "a", type: type, apiKey: Secret("fixture-key-01")))
    }
}
