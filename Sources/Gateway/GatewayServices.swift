package import HTTP
package import Media
package import Transport

/// What the endpoints work with, for one loop.
package final class GatewayServices: Sendable {
    package let loop: EventLoop
    package let settings: GatewaySettings
    package let keys: KeyRing
    package let store: any MediaStore
    package let dispatcher: Dispatcher
    package let fetcher: RemoteFetcher
    package let fetchRules: FetchRules
    /// By provider name; how results on a provider's own origin are fetched.
    package let resultAccess: [String: ResultAccess]
    package let log: LogWriter
    package let state: GatewayState
    package let tasks: TaskRunner
    package let limiter: RateLimiter
    package let spending: SpendingLedger
    package let webhookSecrets: WebhookSecrets
    package let repeats: SharedCalls
    package let metrics: Metrics
    /// Where spans go that are to be exported; nil: none are.
    package let spans: SpanQueue?
    /// This loop's part of the metrics.
    package let counters: LoopCounters
    let metricNames: MetricNames

    package init(
        loop: EventLoop, settings: GatewaySettings, keys: KeyRing, store: any MediaStore, dispatcher: Dispatcher, fetcher: RemoteFetcher,
        fetchRules: FetchRules, resultAccess: [String: ResultAccess] = [:], log: LogWriter, state: GatewayState, tasks: TaskRunner,
        limiter: RateLimiter, spending: SpendingLedger = SpendingLedger(), webhookSecrets: WebhookSecrets, repeats: SharedCalls,
        metrics: Metrics = Metrics(), spans: SpanQueue? = nil
    ) {
        self.loop = loop
        self.settings = settings
        ownFiles = OwnFileURLs(publicURL: settings.publicURL)
        self.keys = keys
        self.store = store
        self.dispatcher = dispatcher
        self.fetcher = fetcher
        self.fetchRules = fetchRules
        self.resultAccess = resultAccess
        self.log = log
        self.state = state
        self.tasks = tasks
        self.limiter = limiter
        self.spending = spending
        self.webhookSecrets = webhookSecrets
        self.repeats = repeats
        self.metrics = metrics
        self.spans = spans
        metricNames = MetricNames(models: settings.models, providers: dispatcher.upstreams.keys)
        counters = metrics.attach(loop, metricNames)
        resultSources = ResultSources(
            store: store, ownFiles: ownFiles, fetch: GatewayServices.fetchResult(resultAccess, fetcher, timeout: fetchRules.resultTimeout))
    }

    let ownFiles: OwnFileURLs
    let resultSources: ResultSources

    private static func fetchResult(
        _ access: [String: ResultAccess], _ fetcher: RemoteFetcher, timeout: Duration
    ) -> @Sendable (String, Candidate?) async -> Result<FetchedMedia, FetchError> {
        { url, maker in
            let access = maker.flatMap { access[$0.provider] }
            let own = access?.ownURL(in: url)
            let credentials = own.flatMap { access?.credentials($0) } ?? HTTPFields()
            return await fetcher.fetch(resultURL: url, ownOrigin: own?.origin, credentials: credentials, deadline: .now + timeout)
        }
    }

    /// The address of a stored file, by its name.
    func fileURL(_ name: String) -> String { ownFiles.url(for: name).description }
}

/// Which addresses are a provider's own, and the credentials that downloads from it carry.
package struct ResultAccess: Sendable {
    package var isOwn: @Sendable (HTTPURL) -> Bool
    package var credentials: @Sendable (HTTPURL) -> HTTPFields

    package init(isOwn: @escaping @Sendable (HTTPURL) -> Bool, credentials: @escaping @Sendable (HTTPURL) -> HTTPFields) {
        self.isOwn = isOwn
        self.credentials = credentials
    }
}

extension ResultAccess {
    /// A URL on the provider's own origin; nil for any other.
    func ownURL(in text: String) -> HTTPURL? {
        (try? HTTPURL(parsing: text)).flatMap { isOwn($0) ? $0 : nil }
    }
}
