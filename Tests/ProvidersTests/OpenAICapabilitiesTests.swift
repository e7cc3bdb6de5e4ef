import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Capabilities of OpenAI, ImageRouter and Infron` {
    @Test func `GPT image models at OpenAI`() throws {
        let capabilities = try provider("openai").capabilities(for: "gpt-image-2")
        #expect(capabilities.operations == [.generate, .edit])
        #expect(capabilities.acceptsMask && capabilities.transparentBackground && capabilities.streams)
        #expect(capabilities.maximumInputs == 16 && capabilities.maximumCount == 10)
        #expect(capabilities.sizes == nil)
        #expect(capabilities.droppedFields.isSuperset(of: ["seed", "style"]))
        #expect(!capabilities.submitsJobs)
    }

    @Test func `older GPT image models have three sizes`() throws {
        let sizes = try #require(provider("openai").capabilities(for: "gpt-image-1.5").sizes)
        #expect(sizes.count == 4)
        #expect(sizes.contains(.pixels(width: 1536, height: 1024)))
    }

    @Test func `DALL-E 3 makes one image per call and takes none`() throws {
        let capabilities = try provider("openai").capabilities(for: "dall-e-3")
        #expect(capabilities.operations == [.generate])
        #expect(capabilities.maximumCount == 1 && capabilities.maximumInputs == 0)
        #expect(!capabilities.streams && !capabilities.transparentBackground)
    }

    @Test func `a server of the operator's own is believed able, but streams only what is named like OpenAI's`() throws {
        let provider = try provider("openai", baseURL: "http://127.0.0.1:8000/v1")
        let capabilities = provider.capabilities(for: "qwen-image")
        #expect(capabilities.operations == [.generate, .edit, .vary, .video, .editVideo, .remixVideo, .extendVideo])
        #expect(capabilities.acceptsVideoFile && !capabilities.submitsJobs)
        #expect(capabilities.seconds == nil && capabilities.sizes == nil)
        #expect(capabilities.droppedFields.isEmpty && !capabilities.streams)
        #expect(provider.capabilities(for: "gpt-image-2").streams)
    }

    @Test(arguments: ["gpt-image-2", "openai/gpt-image-2", "chatgpt-image-latest", "dall-e-3", "openai/dall-e-2"])
    func `a model that is named like OpenAI's image models makes no videos anywhere`(_ model: String) throws {
        let capabilities = try provider("openai", baseURL: "http://127.0.0.1:8000/v1").capabilities(for: model)
        #expect(capabilities.operations == [.generate, .edit, .vary])
    }

    @Test func `OpenAI's own video models make nothing but videos, in three lengths and four sizes`() throws {
        let capabilities = try provider("openai").capabilities(for: "sora-2-pro")
        #expect(capabilities.operations == [.video, .editVideo, .remixVideo, .extendVideo])
        #expect(capabilities.seconds == [4, 8, 12] && capabilities.sizes?.count == 5)
        #expect(capabilities.maximumInputs == 1 && capabilities.maximumCount == 1 && capabilities.acceptsVideoFile)
        #expect(capabilities.droppedFields.isSuperset(of: ["seed", "quality", "user", "negative_prompt"]))
        #expect(try provider("openai").capabilities(for: "gpt-image-2").operations.isDisjoint(with: capabilities.operations))
    }

    @Test func `ImageRouter makes one image per call and drops much`() throws {
        let capabilities = try provider("imagerouter").capabilities(for: "openai/gpt-image-2")
        #expect(capabilities.maximumCount == 1 && capabilities.acceptsMask && capabilities.maximumInputs == 16)
        #expect(capabilities.droppedFields.isSuperset(of: ["background", "seed", "user"]))
        #expect(!capabilities.transparentBackground && !capabilities.acceptsInputURLs)
        #expect(capabilities.operations == [.generate, .edit, .video] && !capabilities.acceptsVideoFile)
        #expect(capabilities.seconds?.min() == 1 && capabilities.seconds?.max() == 60)
    }

    @Test func `Infron takes addresses and base64, no mask, and may make jobs`() throws {
        let provider = try provider("infron")
        let capabilities = provider.capabilities(for: "google/nano-banana")
        #expect(!capabilities.acceptsMask && capabilities.acceptsInputURLs && capabilities.inputForm == .base64)
        #expect(capabilities.operations == [.generate, .edit, .upscale, .removeBackground, .video, .editVideo, .remixVideo])
        #expect(capabilities.submitsJobs && !capabilities.acceptsVideoFile)
        #expect(provider.capabilities(for: "openai/gpt-image-2/text-to-image").operations == [.generate])
        #expect(provider.capabilities(for: "google/nano-banana-image-to-image").operations.isDisjoint(with: [.video, .editVideo]))
        #expect(provider.capabilities(for: "sora-2-image-to-video").operations == [.video, .editVideo, .remixVideo])
        #expect(provider.capabilities(for: "sora-2-text-to-video").maximumInputs == 0)
    }

    private func provider(_ type: String, baseURL: String? = nil) throws -> any Provider {
        try ProviderRegistry.make(
            ProviderSettings(name: "a", type: type, baseURL: try baseURL.map { try HTTPURL(parsing: $0) }, apiKey: Secret("sk-fixture")))
    }
}
