import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Azure's settings and capabilities` {
    @Test func `an endpoint is needed, and at Azure a key`() throws {
        #expect(throws: ConfigurationError.self) { try provider(nil, key: "azure-fixture-01") }
        #expect(throws: ConfigurationError.self) { try provider("https://kites.openai.azure.com", key: nil) }
        #expect(throws: ConfigurationError.self) { try provider("https://kites.openai.azure.com", key: "two words") }
        _ = try provider("http://127.0.0.1:9000", key: nil)
    }

    @Test func `the key goes to the resource alone`() throws {
        let settings = try settings("https://kites.openai.azure.com/openai/v1", key: "azure-fixture-01")
        let endpoint = try AzureProvider.endpoint(settings)
        #expect(endpoint.credentials(for: try HTTPURL(parsing: "https://kites.openai.azure.com/x"))["api-key"] == "azure-fixture-01")
        #expect(endpoint.credentials(for: try HTTPURL(parsing: "https://others.openai.azure.com/x")).isEmpty)
    }

    @Test func `a deployment can what the model can that its name speaks of`() throws {
        let provider = try provider("https://kites.openai.azure.com", key: "azure-fixture-01")
        let image = provider.capabilities(for: "prod-gpt-image-2")
        #expect(image.operations == [.generate, .edit] && image.acceptsMask && image.streams && image.sizes == nil)
        #expect(provider.capabilities(for: "GPT-Image-1.5").sizes?.count == 4)
        let video = provider.capabilities(for: "sora-eu")
        #expect(video.operations == [.video, .editVideo, .remixVideo, .extendVideo] && video.seconds == [4, 8, 12])
    }

    @Test func `a deployment by any other name is believed able`() throws {
        let any = try provider("https://kites.openai.azure.com", key: "azure-fixture-01").capabilities(for: "kites")
        #expect(any.operations == [.generate, .edit, .video, .editVideo, .remixVideo, .extendVideo])
        #expect(any.seconds == nil && any.sizes == nil && any.acceptsVideoFile)
    }

    private func provider(_ baseURL: String?, key: String?) throws -> AzureProvider {
        try AzureProvider(settings(baseURL, key: key))
    }

    private func settings(_ baseURL: String?, key: String?) throws -> ProviderSettings {
        ProviderSettings(
            name: "a", type: "azure", baseURL: try baseURL.map { try HTTPURL(parsing: $0) }, apiKey: key.map(Secret.init))
    }
}
