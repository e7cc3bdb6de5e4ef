import Configuration
import Gateway
import Glibc
import HTTP
import Media
import Providers
import Storage
import Transport

/// The composition root: every part of a running gateway, joined.
struct Graph: Sendable {
    private let configuration: GatewayConfiguration
    private let providers: [(settings: ProviderSettings, provider: any Provider, tls: TLSContext?)]
    private let builtin = BuiltinUpstream()
    private let resolver = Resolver()
    private let systemTLS: TLSContext
    private let board: HealthBoard
    private let keys: KeyRing
    private let log: LogWriter
    private let state: GatewayState
    let store: any MediaStore
    let needsKey: Bool

    init(_ configuration: GatewayConfiguration, log: LogWriter, state: GatewayState) throws {
        self.configuration = configuration
        self.log = log
        self.state = state
        let systemTLS = try TLSContext.client(caFile: nil)
        self.systemTLS = systemTLS
        providers = try configuration.providers.map { settings in
            let tls = try settings.caFile.map { try TLSContext.client(caFile: $0) } ?? systemTLS
            return (settings, try ProviderRegistry.make(settings), tls)
        }
        let limits = configuration.providers.map { settings in
            (settings.name, HealthBoard.Limit(maximumConcurrent: settings.maximumConcurrent, maximumQueue: settings.maximumQueue))
        }
        board = HealthBoard(
            limits: Dictionary(limits) { first, _ in first }, firstRest: configuration.fallback.cooldown,
            report: { event in log.write(HealthLine.bytes(event)) })
        store = try LocalMediaStore(folder: configuration.storage.mediaFolder, retention: configuration.storage.retention)
        needsKey = configuration.authentication == .required && !(configuration.keys.isEmpty && configuration.environmentKey == nil)
        keys = KeyRing(keys: Graph.keys(configuration), isOpen: !needsKey)
    }

    private static func keys(_ configuration: GatewayConfiguration) -> [KeySettings] {
        configuration.keys
            + [configuration.environmentKey].compactMap { $0 }.map { key in
                KeySettings(name: "environment", digest: SHA256.digest(of: Array(key.value.utf8)))
            }
    }

    func settings(publicURL: HTTPURL) -> GatewaySettings {
        let limits = configuration.server.limits
        return GatewaySettings(
            models: configuration.models, defaults: configuration.defaults, fallback: configuration.fallback, publicURL: publicURL,
            limits: BodyLimits(body: limits.body, json: limits.json, file: limits.file),
            allowedOrigins: configuration.server.cors?.allowOrigins, retention: configuration.storage.retention,
            spoolFolder: Graph.spoolFolder)
    }

    /// Files here have no names and vanish with their requests.
    private static var spoolFolder: String { Process.environment["TMPDIR"] ?? "/tmp" }

    func handler(for loop: EventLoop, _ settings: GatewaySettings) async -> any HTTPHandler {
        let client = HTTPClient(loop, resolver: resolver)
        let rules = FetchRules(
            allowList: configuration.fetch.allow, ownAddresses: ownAddresses, maximumBytes: configuration.fetch.maximumBytes)
        let transport = HTTPClientFetchTransport(tls: systemTLS) { client }
        let fetcher = RemoteFetcher(transport: transport, rules: rules, spoolFolder: settings.spoolFolder)
        let dispatcher = Dispatcher(
            upstreams: upstreams(client), board: board, environment: environment(fetcher, loop))
        return GatewayHandler(
            GatewayServices(
                loop: loop, settings: settings, keys: keys, store: store, dispatcher: dispatcher, fetcher: fetcher, fetchRules: rules,
                resultAccess: resultAccess(), log: log, state: state))
    }

    /// Our own listeners are not to be reached through us.
    private var ownAddresses: Set<IPAddress> {
        Set(
            configuration.server.listen.compactMap { address in
                switch address {
                case .internet(let ip, _): ip
                case .unix: nil
                }
            })
    }

    private func upstreams(_ client: HTTPClient) -> [String: Upstream] {
        let pairs = providers.map { settings, provider, tls in
            let transport: any UpstreamTransport = settings.type == TestProvider.type ? builtin : HTTPUpstream(client: client, tls: tls)
            return (settings.name, Upstream(provider: provider, settings: settings, transport: transport))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func resultAccess() -> [String: ResultAccess] {
        let pairs = providers.map { settings, _, _ in
            let own = ProviderRegistry.ownOrigin(of: settings)
            let access = ResultAccess(
                isOwn: { own?.carriesCredentials(to: $0) ?? false }, credentials: { ProviderRegistry.credentials(of: settings, for: $0) })
            return (settings.name, access)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func environment(_ fetcher: RemoteFetcher, _ loop: EventLoop) -> DispatchEnvironment {
        DispatchEnvironment(
            sleep: { try await loop.sleep(until: $0) },
            read: { await InputReading.bytes(of: $0) },
            encode: { bytes in await BlockingPool.files.run { Base64.encode(bytes) } },
            fetch: { await InputReading.fetch($0, by: fetcher) },
            shielded: { work in await loop.spawn(work).value })
    }
}
