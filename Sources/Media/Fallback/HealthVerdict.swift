/// What the end of an attempt says about the provider.
package enum HealthVerdict: Sendable, Hashable {
    /// It answered as it should, also where that was a refusal of the request.
    case works
    /// No room or a fault of its own: a cooldown begins.
    case needsRest(retryAfter: Duration?)
    /// Our key or account is refused: the circuit opens.
    case refusesKey
    /// Dead until a reload.
    case modelGone
    /// It did not serve, which alone is no reason to avoid it, but no proof of health either.
    case fails
    /// Nobody is to blame.
    case silent

    package init(_ outcome: AttemptOutcome) {
        switch outcome {
        case .succeeded: self = .works
        case .cannot: self = .silent
        case .failed(let error, _, _): self.init(error)
        }
    }

    private init(_ error: UpstreamError) {
        switch error.kind {
        case .rateLimited, .overloaded, .serverFault: self = .needsRest(retryAfter: error.retryAfter)
        case .quotaExhausted, .keyRefused: self = .refusesKey
        case .modelGone: self = .modelGone
        case .invalidRequest: self = error.progress == .notSent ? .silent : .works
        case .moderated, .jobRejected: self = .works
        case .unreachable, .redirected, .invalidAnswer, .unknownOutcome, .jobFailed: self = .fails
        case .staleConnection, .cancelled: self = .silent
        }
    }
}

/// A change of health that an operator wants to know.
package enum HealthEvent: Sendable, Hashable {
    /// A rest begins.
    case cooling(Candidate, for: Duration)
    /// Our key is refused: every model of the provider rests.
    case circuitOpened(provider: String, for: Duration)
    /// A probe found the key accepted again.
    case circuitClosed(provider: String)
    /// The provider does not know the model.
    case modelDied(Candidate)
}
