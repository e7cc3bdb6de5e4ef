package import Media

/// Everything that one call led to.
package struct DispatchOutcome: Sendable {
    /// All results together, or why there is none.
    package var result: Result<GenerationResult, DispatchFailure>
    /// In the order of events, with the candidates that were passed over where they would have stood.
    package var attempts: [Attempt]
    /// All that was asked and not honoured, the provider's own warnings included.
    package var warnings: [Warning]
    /// Who made the last result.
    package var winner: Candidate?
    /// How often a generation was sent to an upstream, second tries over fresh connections included, polls not.
    package var upstreamRequestCount: Int
}

/// A provider as configured, with the way to it.
package struct Upstream: Sendable {
    /// Its wire format.
    package var provider: any Provider
    /// What the operator wrote.
    package var settings: ProviderSettings
    /// Over sockets, or inside the process.
    package var transport: any UpstreamTransport

    package init(provider: any Provider, settings: ProviderSettings, transport: any UpstreamTransport) {
        self.provider = provider
        self.settings = settings
        self.transport = transport
    }
}

/// What a caller may follow while a call runs.
package struct DispatchObserver: Sendable {
    /// Events of a streaming generation, one after the other; nil: the caller does not stream.
    package var deliver: (@Sendable (GenerationEvent) async -> Void)?
    /// A job was accepted: told before anything else happens to it.
    package var accepted: @Sendable (Candidate, RemoteOperation) async -> Void

    package init(
        deliver: (@Sendable (GenerationEvent) async -> Void)? = nil,
        accepted: @escaping @Sendable (Candidate, RemoteOperation) async -> Void = { _, _ in }
    ) {
        self.deliver = deliver
        self.accepted = accepted
    }
}
