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
        #expect(capabilities.operations == [.generate, .edit, .vary])
        #expect(capabilities.droppedFields.isEmpty && !capabilities.streams)
        #expect(provider.capabilities(for: "gpt-image-2").streams)
    }

    @Test func `ImageRouter makes one image per call and drops much`() throws {
        let capabilities = try provider("imagerouter").capabilities(for: "openai/gpt-image-2")
        #expect(capabilities.maximumCount == 1 && capabilities.acceptsMask && capabilities.maximumInputs == 16)
        #expect(capabilities.droppedFields.isSuperset(of: ["background", "seed", "user"]))
        #expect(!capabilities.transparentBackground && !capabilities.acceptsInputURLs)
    }

    @Test func `Infron takes addresses and base64, no mask, and may make jobs`() throws {
        let provider = try provider("infron")
        let capabilities = provider.capabilities(for: "google/nano-banana")
        #expect(!capabilities.acceptsMask && capabilities.acceptsInputURLs && capabilities.inputForm == .base64)
        #expect(capabilities.operations == [.generate, .edit, .upscale, .removeBackground])
        #expect(capabilities.submitsJobs)
        #expect(provider.capabilities(for: "openai/gpt-image-2/text-to-image").operations == [.generate])
    }

    private func provider(_ type: String, baseURL: String? = nil) throws -> any Provider {
        try ProviderRegistry.make(
            ProviderSettings(name: "a", type: type, baseURL: try baseURL.map { try HTTPURL(parsing: $0) }, apiKey: Secret("sk-fixture")))
    }
}
