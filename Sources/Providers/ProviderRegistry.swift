package import HTTP
package import Media

/// The provider types there are, by the name in `providers.*.type`.
package enum ProviderRegistry {
    /// One line per type: adding a provider adds one here.
    private static let entries: [Entry] = [
        Entry(OpenAIProvider.self, keyVariable: "OPENAI_API_KEY", endpoint: OpenAIProvider.endpoint),
        Entry(ImageRouterProvider.self, keyVariable: "IMAGEROUTER_API_KEY", endpoint: ImageRouterProvider.endpoint),
        Entry(InfronProvider.self, keyVariable: "INFRON_API_KEY", endpoint: InfronProvider.endpoint),
        Entry(TestProvider.self, keyVariable: nil, endpoint: nil),
    ]

    private struct Entry: Sendable {
        let provider: any Provider.Type
        let keyVariable: String?
        let endpoint: (@Sendable (ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint)?

        init(
            _ provider: any Provider.Type, keyVariable: String?,
            endpoint: (@Sendable (ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint)?
        ) {
            self.provider = provider
            self.keyVariable = keyVariable
            self.endpoint = endpoint
        }
    }

    /// Names of all types.
    package static var knownTypes: Set<String> { Set(entries.map { $0.provider.type }) }

    /// The environment variable that holds a type's key by custom; nil where there is none.
    package static func keyVariable(of type: String) -> String? {
        entry(of: type)?.keyVariable
    }

    /// - Throws: what is wrong with the settings, an unknown type included.
    package static func make(_ settings: ProviderSettings) throws(ConfigurationError) -> any Provider {
        guard let entry = entry(of: settings.type) else {
            let known = knownTypes.sorted().joined(separator: ", ")
            throw ConfigurationError(key: "type", "\"\(settings.type)\" is no provider type; there are \(known)")
        }
        return try entry.provider.init(settings)
    }

    /// The fields a download of a result may carry: the key on the provider's own origin, nothing elsewhere.
    package static func credentials(of settings: ProviderSettings, for url: HTTPURL) -> HTTPFields {
        (try? entry(of: settings.type)?.endpoint?(settings))?.credentials(for: url) ?? HTTPFields()
    }

    /// A provider's own addresses; nil for a built-in provider or unusable settings.
    package static func ownOrigin(of settings: ProviderSettings) -> OwnOrigin? {
        (try? entry(of: settings.type)?.endpoint?(settings))?.ownOrigin
    }

    private static func entry(of type: String) -> Entry? {
        entries.first { $0.provider.type == type }
    }
}
