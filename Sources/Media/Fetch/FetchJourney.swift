package import HTTP

/// The way from a URL over its redirects to an answer, as decisions: which rules bind the next hop, and whether a key goes along.
package struct FetchJourney: Sendable {
    /// The next address to ask.
    package private(set) var url: HTTPURL
    /// On the origin that the operator configured: the key goes along, and the address may be private. Once left, never entered again.
    package private(set) var isOnOwnOrigin: Bool
    private var redirects = 0
    private let rules: FetchRules

    /// A URL that a client named: never a credential, always the rules.
    package init(clientURL text: String, rules: FetchRules) throws(FetchRefusal) {
        self.init(url: try rules.check(url: text).get(), isOnOwnOrigin: false, rules: rules)
    }

    /// A URL of an upstream's answer.
    /// - Parameter ownOrigin: the provider's, as configured.
    package init(resultURL text: String, ownOrigin: HTTPURL.Origin?, rules: FetchRules) throws(FetchRefusal) {
        if let ownOrigin, let url = try? HTTPURL(parsing: text), url.origin == ownOrigin {
            self.init(url: url, isOnOwnOrigin: true, rules: rules)
        } else {
            self.init(url: try rules.check(resultURL: text).get(), isOnOwnOrigin: false, rules: rules)
        }
    }

    private init(url: HTTPURL, isOnOwnOrigin: Bool, rules: FetchRules) {
        self.url = url
        self.isOnOwnOrigin = isOnOwnOrigin
        self.rules = rules
    }

    /// nil: every one of the addresses may be connected to.
    package func refusal(of addresses: [IPAddress]) -> FetchRefusal? {
        if isOnOwnOrigin { return addresses.isEmpty ? .blockedAddress : nil }
        return rules.check(addresses: addresses, for: url)
    }

    package enum Step: Sendable, Hashable {
        /// The answer is final.
        case arrived
        /// `url` has changed: resolve and ask again.
        case redirected
        case refused(FetchRefusal)
    }

    /// Judges an answer (RFC 9110 §15.4): 301, 302, 303, 307 and 308 lead on.
    package mutating func next(status: Int, location: String?) -> Step {
        guard [301, 302, 303, 307, 308].contains(status) else { return .arrived }
        redirects += 1
        guard redirects <= rules.maximumRedirects else { return .refused(.tooManyRedirects) }
        guard let location, let next = try? url.resolving(location), !(url.scheme == .https && next.scheme == .http) else {
            return .refused(.badRedirect)
        }
        isOnOwnOrigin = isOnOwnOrigin && next.origin == url.origin
        if !isOnOwnOrigin, case .failure(let refusal) = rules.check(next) { return .refused(refusal) }
        url = next
        return .redirected
    }
}
