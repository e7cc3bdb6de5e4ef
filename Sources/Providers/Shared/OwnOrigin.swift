package import HTTP

/// Which addresses are a provider's own: they alone may see its key, and be polled because an answer names them.
package struct OwnOrigin: Sendable, Hashable {
    private let origins: Set<HTTPURL.Origin>
    private let hosts: [HostPattern]

    /// - Parameters:
    ///   - baseURL: where the provider's requests go.
    ///   - siblings: other origins that the provider is known to serve the same account from.
    ///   - hosts: the same by patterns such as `api.*.bfl.ai`, by https on its own port. Hosts that hand out files need no key.
    package init(of baseURL: HTTPURL, siblings: [HTTPURL] = [], hosts: [String] = []) {
        self.hosts = hosts.map(HostPattern.init)
        origins = Set([baseURL.origin] + siblings.map(\.origin))
    }

    /// Whether a request to an address may carry the provider's key: same scheme, host and port, or a host that fits a pattern.
    package func carriesCredentials(to url: HTTPURL) -> Bool {
        if origins.contains(url.origin) { return true }
        guard url.scheme == .https, url.hasDefaultPort else { return false }
        return hosts.contains { $0.fits(url.host) }
    }
}

/// A host with one `*` for any rest of at least one character.
private struct HostPattern: Sendable, Hashable {
    let prefix: String
    let suffix: String

    init(_ text: String) {
        let parts = text.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        precondition(parts.count == 2 && parts[1].hasPrefix("."), "\(text) is no pattern with a domain behind its *")
        (prefix, suffix) = (parts[0], parts[1])
    }

    func fits(_ host: String) -> Bool {
        host.utf8.count > prefix.utf8.count + suffix.utf8.count && host.hasPrefix(prefix) && host.hasSuffix(suffix)
    }
}
