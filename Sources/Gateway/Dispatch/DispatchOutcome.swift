package import Media

/// Everything that one call led to. A class, for it is large and handed through many frames.
package final class DispatchOutcome: Sendable {
    /// All results together, or why there is none.
    package let result: Result<GenerationResult, DispatchFailure>
    /// In the order of events, with the candidates that were passed over where they would have stood.
    package let attempts: [Attempt]
    /// All that was asked and not honoured, the provider's own warnings included.
    package let warnings: [Warning]
    /// Who made the last result.
    package let winner: Candidate?
    /// Who made each result, in the order of the results.
    package let makers: [Candidate]
    /// The provider's own name for the last result, or the job behind it.
    package let operation: RemoteOperation?
    /// How often a generation was sent to an upstream, second tries over fresh connections included, polls not.
    package let upstreamRequestCount: Int

    package init(
        result: Result<GenerationResult, DispatchFailure>, attempts: [Attempt], warnings: [Warning], winner: Candidate?,
        makers: [Candidate], operation: RemoteOperation?, upstreamRequestCount: Int
    ) {
        self.result = result
        self.attempts = attempts
        self.warnings = warnings
        self.winner = winner
        self.makers = makers
        self.operation = operation
        self.upstreamRequestCount = upstreamRequestCount
    }
}

/// A provider as configured, with the way to it.
package final class Upstream: Sendable {
    /// Its wire format.
    package let provider: any Provider
    /// What the operator wrote.
    package let settings: ProviderSettings
    /// Over sockets, or inside the process.
    package let transport: any UpstreamTransport
    /// What is known of its models, by upstream name.
    package let facts: [String: ModelFacts]
    /// Of a provider whose requests carry one; shared by all loops.
    package let tokens: TokenCache
    /// The provider, where it works with such tokens.
    let tokenProvider: (any TokenProvider)?
    /// There is one.
    let usesTokens: Bool

    package init(
        provider: any Provider, settings: ProviderSettings, transport: any UpstreamTransport, facts: [String: ModelFacts] = [:],
        tokens: TokenCache = TokenCache()
    ) {
        self.facts = facts
        self.tokens = tokens
        self.provider = provider
        self.settings = settings
        self.transport = transport
        tokenProvider = provider as? any TokenProvider
        usesTokens = tokenProvider != nil
    }

    /// The price of a model's results; nil: unknown.
    package func price(of model: String) -> Price? { facts[model]?.price ?? settings.price }

    /// What the provider can honour, as far as the model can.
    package func capabilities(for model: String) -> Capabilities {
        let capabilities = provider.capabilities(for: model)
        return facts[model].map { capabilities.narrowed(by: $0) } ?? capabilities
    }

    /// The same as far as one operation goes.
    package func capabilities(for model: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        let capabilities = provider.capabilities(for: model, operation)
        return facts[model].map { capabilities.narrowed(by: $0, for: operation) } ?? capabilities
    }
}

/// An event of a streaming generation, and where it comes from.
package struct DispatchEvent: Sendable {
    package var event: GenerationEvent
    /// Who sent it.
    package var candidate: Candidate
    /// What was asked and this candidate does not honour; what a result itself warns of is with the result.
    package var warnings: [Warning]

    package init(_ event: GenerationEvent, from candidate: Candidate, warnings: [Warning] = []) {
        self.event = event
        self.candidate = candidate
        self.warnings = warnings
    }
}

/// What a caller may follow while a call runs.
/// A class, for it waits in many frames at once.
package final class DispatchObserver: Sendable {
    /// Events of a streaming generation, one after the other; nil: the caller does not stream.
    package let deliver: (@Sendable (DispatchEvent) async -> Void)?
    /// A submit is about to be sent; false: it must not be. nil: nobody has to know.
    package let submits: (@Sendable (Candidate) async -> Bool)?
    /// A job was accepted: told before anything else happens to it.
    package let accepted: @Sendable (Candidate, RemoteOperation) async -> Void
    /// A job goes on; percent where the provider tells it.
    package let advanced: @Sendable (Candidate, RemoteOperation, Int?) async -> Void
    /// An attempt has ended.
    package let attempted: @Sendable (Attempt) -> Void
    /// What an attempt has made and cost; nil: nobody keeps books.
    package let used: (@Sendable (Candidate, Usage) -> Void)?

    package init(
        deliver: (@Sendable (DispatchEvent) async -> Void)? = nil,
        submits: (@Sendable (Candidate) async -> Bool)? = nil,
        accepted: @escaping @Sendable (Candidate, RemoteOperation) async -> Void = { _, _ in },
        advanced: @escaping @Sendable (Candidate, RemoteOperation, Int?) async -> Void = { _, _, _ in },
        attempted: @escaping @Sendable (Attempt) -> Void = { _ in }, used: (@Sendable (Candidate, Usage) -> Void)? = nil
    ) {
        self.deliver = deliver
        self.submits = submits
        self.accepted = accepted
        self.advanced = advanced
        self.attempted = attempted
        self.used = used
    }
}

/// Where a call goes on that another process, or an earlier round, has begun.
package struct Resumption: Sendable {
    /// The jobs that were accepted, and by whom; nil: none is running.
    package var jobs: (candidate: Candidate, operations: [RemoteOperation])?
    /// What was tried already and is not tried again.
    package var tried: [Candidate]
    /// One of those may have been paid.
    package var maybeBilled: Bool

    package init(
        jobs: (candidate: Candidate, operations: [RemoteOperation])? = nil, tried: [Candidate] = [], maybeBilled: Bool = false
    ) {
        self.jobs = jobs
        self.tried = tried
        self.maybeBilled = maybeBilled
    }
}

extension Resumption {
    /// Jobs are collected even where their maker has left the route.
    func route(_ route: [Candidate]) -> [Candidate] {
        jobs.map { route.contains($0.candidate) ? route : [$0.candidate] + route } ?? route
    }

    /// By index, what is not tried again.
    func tried(of route: [Candidate]) -> [Int] {
        route.indices.filter { tried.contains(route[$0]) && route[$0] != jobs?.candidate }
    }
}
