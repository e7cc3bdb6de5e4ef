import Configuration
import Gateway
import HTTP
import Media
import Providers
import Transport

/// The configured providers with the ways to them.
struct Upstreams: Sendable {
    private let providers: [ConfiguredProvider]
    private let builtin = BuiltinUpstream()
    /// For everything that has no authorities of its own.
    let systemTLS: TLSContext

    init(_ configuration: GatewayConfiguration) throws {
        let systemTLS = try TLSContext.client(caFile: nil)
        self.systemTLS = systemTLS
        providers = try configuration.providers.map { settings in
            let tls = try settings.caFile.map { try TLSContext.client(caFile: $0) } ?? systemTLS
            return ConfiguredProvider(
                settings: settings, provider: try ProviderRegistry.make(settings), tls: tls,
                facts: settings.isForeignServer ? [:] : configuration.catalogue.facts(of: settings.type))
        }
    }

    /// By name, over one loop's client.
    /// - Parameter tally: what requests to a provider are counted by.
    func upstreams(_ client: HTTPClient, tally: (String) -> ConnectionTally? = { _ in nil }) -> [String: Upstream] {
        let pairs = providers.map { configured in
            let settings = configured.settings
            let transport: any UpstreamTransport =
                settings.type == TestProvider.type
                ? builtin : HTTPUpstream(client: client, settings: settings, tls: configured.tls, tally: tally(settings.name))
            let upstream = Upstream(
                provider: configured.provider, settings: settings, transport: transport, facts: configured.facts, tokens: configured.tokens)
            return (settings.name, upstream)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Which downloads may carry which provider's key.
    var resultAccess: [String: ResultAccess] {
        let pairs = providers.map { configured in
            let own = ProviderRegistry.ownOrigin(of: configured.settings)
            let access = ResultAccess(isOwn: { own?.carriesCredentials(to: $0) ?? false }, credentials: configured.credentials)
            return (configured.settings.name, access)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// How many calls each takes.
    static func board(_ configuration: GatewayConfiguration, report: @escaping @Sendable (HealthEvent) -> Void = { _ in }) -> HealthBoard {
        HealthBoard(limits: limits(configuration), firstRest: configuration.fallback.cooldown, report: report)
    }

    static func limits(_ configuration: GatewayConfiguration) -> [String: HealthBoard.Limit] {
        let limits = configuration.providers.map { settings in
            (settings.name, HealthBoard.Limit(maximumConcurrent: settings.maximumConcurrent, maximumQueue: settings.maximumQueue))
        }
        return Dictionary(limits) { first, _ in first }
    }
}
