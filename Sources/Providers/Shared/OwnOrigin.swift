package import HTTP

/// Which addresses are a provider's own: they alone may see its key, and be polled because an answer names them.
package struct OwnOrigin: Sendable, Hashable {
    private let origins: Set<HTTPURL.Origin>
    private let domains: [String]

    /// - Parameters:
    ///   - baseURL: where the provider's requests go.
    ///   - siblings: other origins that the provider is known to serve the same account from.
    ///   - domains: the same for all hosts `api.….DOMAIN`, by https on its own port: those that hand out files need no key.
    package init(of baseURL: HTTPURL, siblings: [HTTPURL] = [], domains: [String] = []) {
        self.domains = domains
        origins = Set([baseURL.origin] + siblings.map(\.origin))
    }

    /// Whether a request to an address may carry the provider's key: same scheme, host and port, or a host of its domains.
    package func carriesCredentials(to url: HTTPURL) -> Bool {
        if origins.contains(url.origin) { return true }
        guard url.scheme == .https, url.hasDefaultPort, url.host.hasPrefix("api.") else { return false }
        return domains.contains { url.host.hasSuffix("." + $0) }
    }
}
