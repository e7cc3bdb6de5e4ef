/// How an attempt ended, as the fallback plan needs to know it. Indirect, for errors are large and most attempts have none.
package indirect enum AttemptOutcome: Sendable, Hashable {
    case succeeded
    /// The request cannot be said in this provider's wire format: nothing was sent.
    case cannot(UpstreamError)
    /// - `isJob`: the attempt submits, or had submitted, a job that may be billed.
    /// - `delivered`: the caller has already seen an event of this attempt.
    case failed(UpstreamError, isJob: Bool, delivered: Bool)

    /// The failure of a synchronous call of which the caller has seen nothing.
    package static func failed(_ error: UpstreamError) -> AttemptOutcome {
        .failed(error, isJob: false, delivered: false)
    }
}

/// What a failed attempt means for the call.
package enum FallbackConsequence: Sendable, Hashable {
    /// The same candidate once more, over a fresh connection.
    case again
    /// The next candidate; `maybeBilled` when this one may have been bought.
    case next(maybeBilled: Bool)
    /// The call ends with this failure.
    case stop(DispatchFailure.Kind)

    /// - Parameter retriedStale: this candidate has already had its second chance after a stale connection.
    package init(of error: UpstreamError, isJob: Bool, delivered: Bool, retriedStale: Bool, policy: FallbackPolicy) {
        let judged = Self.judge(error, isJob: isJob, retriedStale: retriedStale, policy: policy)
        switch judged {
        case .again, .next: self = delivered ? .stop(error.kind == .moderated ? .moderated : .ambiguous) : judged
        case .stop: self = judged
        }
    }

    private static func judge(_ error: UpstreamError, isJob: Bool, retriedStale: Bool, policy: FallbackPolicy) -> FallbackConsequence {
        let stops = isJob ? policy.ambiguousJobsStop : policy.ambiguousStops
        let ambiguous: FallbackConsequence = stops ? .stop(.ambiguous) : .next(maybeBilled: true)
        switch error.kind {
        case .unreachable, .rateLimited, .overloaded, .serverFault, .quotaExhausted, .keyRefused, .modelGone, .redirected:
            return error.progress == .mayHaveStarted ? ambiguous : .next(maybeBilled: false)
        case .staleConnection: return retriedStale ? ambiguous : .again
        case .unknownOutcome: return ambiguous
        case .invalidAnswer: return isJob ? ambiguous : .next(maybeBilled: true)
        case .jobFailed: return .next(maybeBilled: false)
        case .jobRejected: return .stop(.jobRejected)
        case .invalidRequest: return .stop(.invalidRequest)
        case .moderated: return policy.fallsBackOnModeration ? .next(maybeBilled: false) : .stop(.moderated)
        case .cancelled: return .stop(.cancelled)
        }
    }
}

extension UpstreamError {
    /// Whether the upstream will charge for what ended this way.
    /// - Parameter isJob: a job had been accepted.
    package func billed(isJob: Bool) -> Attempt.Billed {
        if progress == .notSent { return .no }
        if isJob || progress == .mayHaveStarted { return .unknown }
        return switch kind {
        case .unknownOutcome, .invalidAnswer, .jobFailed, .jobRejected, .cancelled: .unknown
        case .unreachable, .staleConnection, .rateLimited, .overloaded, .serverFault, .quotaExhausted, .keyRefused, .modelGone,
            .redirected, .invalidRequest, .moderated:
            .no
        }
    }
}
