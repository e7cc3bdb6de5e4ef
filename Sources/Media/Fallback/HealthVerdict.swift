/// What the end of an attempt says about the provider.
package enum HealthVerdict: Sendable, Hashable {
    case works
    case needsRest(retryAfter: Duration?)
    case refusesKey
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
    case cooling(Candidate, for: Duration)
    case circuitOpened(provider: String, for: Duration)
    case circuitClosed(provider: String)
    case modelDied(Candidate)
}
