import Transport

extension FallbackPlan {
    /// The failure of a call that stops at one upstream's word.
    func ending(_ kind: DispatchFailure.Kind, _ error: UpstreamError) -> DispatchFailure {
        switch kind {
        case .ambiguous, .jobRejected: DispatchFailure(kind, error: error, shouldRetry: false, message: error.message)
        case .invalidRequest, .moderated, .unsupported, .capacity, .exhausted, .cancelled:
            DispatchFailure(kind, error: error, shouldRetry: maybeBilled ? false : nil, message: error.message)
        }
    }

    /// The failure of a call that has nobody left to try, or no time.
    func exhaustion(_ availability: (Int) -> Availability, now: Instant) -> DispatchFailure {
        guard canBeServed else { return unsupported }
        if let refusal = failures.last(where: { $0.kind == .moderated }) { return ending(.moderated, refusal) }
        if isShortOfCapacity(availability) {
            return DispatchFailure(
                .capacity, error: failures.last, retryAfter: soonestReturn(availability, now: now),
                message: "Every provider of this model is at its limit for now.")
        }
        let late = now >= deadline
        return DispatchFailure(
            .exhausted, error: failures.last, shouldRetry: maybeBilled ? false : nil,
            message: late ? "No provider of this model answered in time." : "No provider of this model could do it.")
    }

    private var unsupported: DispatchFailure {
        guard let first = obstacles.min(by: { $0.key < $1.key })?.value else {
            return DispatchFailure(.unsupported, message: "No provider is left for this model.")
        }
        return DispatchFailure(.unsupported, field: first.field, message: "No provider of this model can do it: \(first.message).")
    }

    /// Every reason was capacity: 429 by rate, 503, 529, full, or cooling.
    private func isShortOfCapacity(_ availability: (Int) -> Availability) -> Bool {
        let waiting = untried.filter { skips[$0] != nil }
        guard !failures.isEmpty || !waiting.isEmpty else { return false }
        return failures.allSatisfy(\.kind.isCapacity) && !maybeBilled
            && waiting.allSatisfy { availability($0).isShortOfCapacity || availability($0).obstacle == nil }
    }

    private func soonestReturn(_ availability: (Int) -> Availability, now: Instant) -> Duration {
        let rests = candidates.indices.filter { obstacles[$0] == nil }
            .compactMap { availability($0).health.back(now: now) }
            .map { now.duration(to: $0) }
        return max(rests.min() ?? .seconds(1), .seconds(1))
    }
}

extension UpstreamError.Kind {
    /// No room for now: 429 by rate, 503, 529.
    var isCapacity: Bool {
        switch self {
        case .rateLimited, .overloaded: true
        case .unreachable, .staleConnection, .serverFault, .quotaExhausted, .keyRefused, .modelGone, .redirected, .invalidAnswer,
            .invalidRequest, .moderated, .unknownOutcome, .jobFailed, .jobRejected, .cancelled:
            false
        }
    }
}
