import Transport

/// The rest that a candidate takes after it had no room or failed: one value for each provider and model.
struct Cooldown: Sendable {
    /// A Retry-After is obeyed up to here, and the exponential rest ends here.
    static let longest = Duration.seconds(600)

    private var failures = 0
    private var until: Instant?
    private var isProbing = false
    /// Grows with each new rest, so that calls begun before it neither lengthen nor end it.
    private var epoch = 0

    /// A call's permission, to be handed back at its end.
    struct Pass: Sendable, Hashable {
        var isProbe: Bool
        var epoch: Int
    }

    /// Whether there is nothing to remember.
    var isClear: Bool { until == nil }

    /// Ready, resting, or half-open with a probe under way.
    func health(now: Instant) -> Availability.Health {
        guard let until else { return .ready }
        if now < until { return .cooling(until: until) }
        return isProbing ? .probing : .ready
    }

    /// Lets a call through; after a rest the first one is the probe.
    mutating func begin(now: Instant) -> Pass {
        let isProbe = until.map { now >= $0 && !isProbing } ?? false
        if isProbe { isProbing = true }
        return Pass(isProbe: isProbe, epoch: epoch)
    }

    /// Ends a call that says nothing about the candidate.
    mutating func release(_ pass: Pass) {
        if pass.isProbe { isProbing = false }
    }

    /// Ends the rest that the call began after.
    mutating func succeed(_ pass: Pass) {
        release(pass)
        guard pass.epoch == epoch else { return }
        until = nil
        failures = 0
    }

    /// - Parameters:
    ///   - first: the first rest without a Retry-After; each further one is twice as long.
    ///   - random: 0 to 1.
    /// - Returns: how long the candidate rests from now; nil when it was resting for the same reason already.
    mutating func fail(_ pass: Pass, retryAfter: Duration?, first: Duration, now: Instant, random: Double) -> Duration? {
        release(pass)
        let asked = retryAfter.map { min(max($0, .zero), Self.longest) }
        guard pass.epoch == epoch else {
            // Begun before this rest: only a longer wish of the provider counts.
            if let asked, let until { self.until = max(until, now + asked) }
            return nil
        }
        failures += 1
        epoch += 1
        let rest = asked ?? exponential(first, random: random)
        until = now + rest
        return rest
    }

    private func exponential(_ first: Duration, random: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 10)
        return min(first * (1 << doublings) * (1 + random / 4), Self.longest)
    }
}
