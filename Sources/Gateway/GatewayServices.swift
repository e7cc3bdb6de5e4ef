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

    package init(
        loop: EventLoop, settings: GatewaySettings, keys: KeyRing, store: any MediaStore, dispatcher: Dispatcher, fetcher: RemoteFetcher,
        fetchRules: FetchRules, resultAccess: [String: ResultAccess] = [:], log: LogWriter, state: GatewayState
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
    }

    let ownFiles: OwnFileURLs
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
