package import HTTP

/// Which addresses are a provider's own: they alone may see its key, and be polled because an answer names them.
package struct OwnOrigin: Sendable, Hashable {
    private let origins: Set<HTTPURL.Origin>

    /// - Parameters:
    ///   - baseURL: where the provider's requests go.
    ///   - siblings: other origins that the provider is known to serve the same account from.
    package init(of baseURL: HTTPURL, siblings: [HTTPURL] = []) {
        origins = Set([baseURL.origin] + siblings.map(\.origin))
    }

    /// Whether a request to an address may carry the provider's key: same scheme, host and port only.
    package func carriesCredentials(to url: HTTPURL) -> Bool {
        origins.contains(url.origin)
    }
}
