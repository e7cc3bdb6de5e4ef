import Configuration
import Gateway
import Glibc
import HTTP
import Media
import Storage
import Transport

/// The composition root: every part of a running gateway, joined.
struct Graph: Sendable {
    let configuration: GatewayConfiguration
    let upstreams: Upstreams
    private let keys: KeyRing
    private let secrets: WebhookSecrets
    let parts: SharedParts
    let needsKey: Bool

    init(_ configuration: GatewayConfiguration, log: LogWriter, state: GatewayState) throws {
        try self.init(configuration, parts: try SharedParts(configuration, log: log, state: state))
    }

    /// The same parts with another configuration; nothing has changed where this throws.
    func reloaded(by configuration: GatewayConfiguration) throws -> Graph {
        let graph = try Graph(configuration, parts: parts)
        parts.reload(configuration)
        return graph
    }

    private init(_ configuration: GatewayConfiguration, parts: SharedParts) throws {
        self.configuration = configuration
        self.parts = parts
        upstreams = try Upstreams(configuration)
        secrets = WebhookSecrets(keys: configuration.keys, environment: configuration.environmentWebhookSecret)
        needsKey = configuration.authentication == .required && !(configuration.keys.isEmpty && configuration.environmentKey == nil)
        keys = KeyRing(keys: Graph.keys(configuration), isOpen: !needsKey)
    }

    var tasks: TaskRunner { parts.tasks }
    var metrics: Metrics { parts.metrics }

    private static func keys(_ configuration: GatewayConfiguration) -> [KeySettings] {
        configuration.keys
            + [configuration.environmentKey].compactMap { $0 }.map { key in
                // Whoever starts the process set it.
                KeySettings(name: "environment", digest: SHA256.digest(of: Array(key.value.utf8)), role: .admin)
            }
    }

    /// - Parameter addresses: of the listeners.
    func settings(addresses: [String]) -> GatewaySettings {
        let publicURL = configuration.server.publicURL ?? PublicAddress.url(addresses)
        let limits = configuration.server.limits
        return GatewaySettings(
            models: configuration.models, defaults: configuration.defaults, fallback: configuration.fallback, publicURL: publicURL,
            limits: BodyLimits(body: limits.body, json: limits.json, file: limits.file),
            allowedOrigins: configuration.server.cors?.allowOrigins, retention: configuration.storage.retention,
            spoolFolder: Graph.spoolFolder, assumedPrice: configuration.assumedPrice, isLocal: configuration.isLocal)
    }

    private static let description = APIDescription(Embedded.description)
    private static let console = Console(Embedded.console)

    /// Files here have no names and vanish with their requests.
    private static var spoolFolder: String { Process.environment["TMPDIR"] ?? "/tmp" }

    func handler(for loop: EventLoop, _ settings: GatewaySettings) async -> GatewayHandler {
        let client = HTTPClient(loop, resolver: parts.resolver)
        let fetcher = fetcher(client, settings)
        let upstreams = upstreams.upstreams(client) { parts.metrics.tally(of: $0, on: loop) }
        let dispatcher = Dispatcher(
            upstreams: upstreams, board: parts.board, environment: environment(fetcher, loop, settings.publicURL))
        let services = GatewayServices(
            loop: loop, settings: settings, keys: keys, store: parts.store, dispatcher: dispatcher, fetcher: fetcher,
            fetchRules: fetchRules,
            resultAccess: self.upstreams.resultAccess, log: parts.log, state: parts.state, tasks: tasks, limiter: parts.limiter,
            spending: parts.spending,
            webhookSecrets: secrets,
            repeats: parts.repeats, metrics: parts.metrics, spans: parts.spans)
        tasks.attach(services)
        // Not the services: these go with their configuration, the watch does not.
        let counters = services.counters
        loop.spawn { await counters.watchLag() }
        return GatewayHandler(services, description: Graph.description, console: Graph.console)
    }

    /// Tells webhooks of the ends of tasks; runs until its task is cancelled.
    func tellWebhooks(on loop: EventLoop, _ settings: GatewaySettings) async {
        let client = HTTPClient(loop, resolver: parts.resolver)
        let fetcher = fetcher(client, settings)
        let now: @Sendable () -> Int = { time(nil) }
        let tally = parts.metrics.tally(of: nil, on: loop)
        let transport = HTTPClientWebhookTransport(tls: upstreams.systemTLS, tally: tally, now: now) { client }
        let log = parts.log
        let sender = WebhookSender(
            store: parts.taskStore, transport: transport, check: { await fetcher.check(clientURL: $0) }, secret: { secrets.secret(of: $0) },
            environment: WebhookSender.Environment(
                now: now, sleep: { try await loop.sleep(until: $0) }, jitter: { Double.random(in: 0..<1) },
                report: { log.write(Array($0.utf8)) }))
        tasks.onEvent { sender.wake() }
        await sender.run()
    }

    private func fetcher(_ client: HTTPClient, _ settings: GatewaySettings) -> RemoteFetcher {
        let transport = HTTPClientFetchTransport(tls: upstreams.systemTLS, tally: parts.metrics.tally(of: nil, on: client.loop)) { client }
        return RemoteFetcher(transport: transport, rules: fetchRules, spoolFolder: settings.spoolFolder)
    }

    private var fetchRules: FetchRules {
        FetchRules(
            allowList: configuration.fetch.allow, ownAddresses: ownAddresses, maximumBytes: configuration.fetch.maximumBytes)
    }

    var spending: SpendingLedger { parts.spending }

    /// Goes on with the tasks of the last process; call it when there is a handler for each loop.
    func resumeTasks() async throws {
        let known = Set(configuration.keys.map(\.name)).union([WebhookSecrets.environmentOwner, Caller.anonymous.name])
        try await tasks.resume(isKnown: known.contains) { parts.limiter.adopt(owner: $0) }
    }

    /// Deletes what is over: tasks with their files, then files that no task names.
    func sweep() async {
        try? await tasks.sweep(at: parts.retention.now())
        _ = try? await parts.store.sweep()
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

    private func environment(_ fetcher: RemoteFetcher, _ loop: EventLoop, _ publicURL: HTTPURL) -> DispatchEnvironment {
        let store = parts.store
        return DispatchEnvironment(
            sleep: { try await loop.sleep(until: $0) },
            read: { await InputReading.bytes(of: $0) },
            encode: { bytes in await BlockingPool.files.run { Base64.encode(bytes) } },
            fetch: { await InputReading.fetch($0, by: fetcher) },
            publish: { await InputReading.publish($0, in: store, below: publicURL) }, canPublish: InputReading.isPublic(publicURL),
            withdraw: { await InputReading.withdraw($0, from: store, below: publicURL) },
            convertMask: { await InputReading.mask($0, form: $1) },
            shielded: { work in await loop.spawn(work).value })
    }
}
