package import HTTP
package import Media

/// The provider types there are, by the name in `providers.*.type`.
package enum ProviderRegistry {
    /// One line per type: adding a provider adds one here. In the order in which they are used without a file.
    private static let entries: [Entry] = [
        Entry(OpenAIProvider.self),
        Entry(ImageRouterProvider.self),
        Entry(InfronProvider.self),
        Entry(GeminiProvider.self),
        Entry(FalProvider.self),
        Entry(ReplicateProvider.self),
        Entry(OpenRouterProvider.self),
        Entry(BlackForestLabsProvider.self),
        Entry(TogetherProvider.self),
        Entry(XAIProvider.self),
        Entry(AzureProvider.self),
        Entry(VertexProvider.self),
        Entry(RunwayProvider.self),
        Entry(LumaProvider.self),
        Entry(KlingProvider.self),
        Entry(MiniMaxProvider.self),
        Entry(ArkProvider.self),
        Entry(DashScopeProvider.self),
        Entry(StabilityProvider.self),
        Entry(FireworksProvider.self),
        Entry(HuggingFaceProvider.self),
        Entry(RecraftProvider.self),
        Entry(IdeogramProvider.self),
        Entry(BedrockProvider.self),
        Entry(Automatic1111Provider.self),
        Entry(ComfyUIProvider.self),
        Entry(TestProvider.self),
    ]

    /// What the configuration has to know of each type; the built-in one has no settings.
    package static var descriptions: [(type: String, description: ProviderDescription?)] {
        entries.map { ($0.type, $0.remote?.description) }
    }

    /// - Throws: what is wrong with the settings, an unknown type included.
    package static func make(_ settings: ProviderSettings) throws(ConfigurationError) -> any Provider {
        guard let entry = entry(of: settings.type) else {
            let known = entries.map(\.type).sorted().joined(separator: ", ")
            throw ConfigurationError(key: "type", "\"\(settings.type)\" is no provider type; there are \(known)")
        }
        return try entry.provider.init(settings)
    }

    /// The fields a download of a result may carry: the key on the provider's own origin, nothing elsewhere.
    package static func credentials(of settings: ProviderSettings, for url: HTTPURL) -> HTTPFields {
        endpoint(settings)?.credentials(for: url) ?? HTTPFields()
    }

    /// A provider's own addresses; nil for a built-in provider or unusable settings.
    package static func ownOrigin(of settings: ProviderSettings) -> OwnOrigin? {
        endpoint(settings)?.ownOrigin
    }

    private static func endpoint(_ settings: ProviderSettings) -> UpstreamEndpoint? {
        guard let remote = entry(of: settings.type)?.remote else { return nil }
        return try? remote.endpoint(settings)
    }

    private static func entry(of type: String) -> Entry? {
        entries.first { $0.type == type }
    }

    private struct Entry: Sendable {
        let provider: any Provider.Type
        /// nil: built in.
        let remote: (any RemoteProvider.Type)?

        init(_ provider: any Provider.Type) {
            self.provider = provider
            remote = provider as? any RemoteProvider.Type
        }

        var type: String { provider.type }
    }
}
