/// A provider whose requests carry a token that another exchange gives, and that expires.
package protocol TokenProvider: Provider {
    /// The exchange that gives a token; nil where the settings hold all that is needed.
    func tokenRequest() throws(UpstreamError) -> UpstreamRequest?
    /// The token in that exchange's answer.
    func token(from response: UpstreamResponse) throws(UpstreamError) -> AccessToken
}

/// What stands behind `Bearer` for a while.
package struct AccessToken: Sendable {
    package var value: Secret
    /// From the answer on.
    package var lifetime: Duration

    package init(value: Secret, lifetime: Duration) {
        self.value = value
        self.lifetime = lifetime
    }
}
