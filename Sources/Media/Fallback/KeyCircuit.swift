import Transport

/// Keeps every model of a provider at rest while our key is refused or our account is empty there.
struct KeyCircuit: Sendable {
    /// The first opening; each further one is twice as long.
    static let first = Duration.seconds(60)
    /// The longest opening.
    static let longest = Duration.seconds(900)

    /// nil: closed.
    private var until: Instant?
    private var interval = Duration.zero
    private var isProbing = false
    /// Grows with each opening, so that calls begun before it do not open it again.
    private var epoch = 0

    /// A call's permission, to be handed back at its end.
    struct Pass: Sendable, Hashable {
        var isProbe: Bool
        var epoch: Int
    }

    /// The key is not known to be refused.
    var isClosed: Bool { until == nil }

    /// nil: calls may pass.
    func openUntil(now: Instant) -> Instant? {
        guard let until else { return nil }
        return now < until || isProbing ? until : nil
    }

    /// Lets a call through; after an opening the first one is the probe.
    mutating func begin(now: Instant) -> Pass {
        let isProbe = until.map { now >= $0 && !isProbing } ?? false
        if isProbe { isProbing = true }
        return Pass(isProbe: isProbe, epoch: epoch)
    }

    /// Ends a call that says nothing about the key.
    mutating func release(_ pass: Pass) {
        if pass.isProbe { isProbing = false }
    }

    /// - Returns: whether the circuit was open until now.
    mutating func close(_ pass: Pass) -> Bool {
        release(pass)
        guard pass.epoch == epoch, until != nil else { return false }
        until = nil
        interval = .zero
        return true
    }

    /// The key was refused.
    /// - Returns: how long the circuit stays open; nil when it was opened already.
    mutating func open(_ pass: Pass, now: Instant) -> Duration? {
        release(pass)
        guard pass.epoch == epoch else { return nil }
        epoch += 1
        interval = interval == .zero ? Self.first : min(interval * 2, Self.longest)
        until = now + interval
        return interval
    }

    /// A probe that did not get as far as the key: the same rest again.
    mutating func keep(_ pass: Pass, now: Instant) {
        release(pass)
        if pass.isProbe, until != nil { until = now + interval }
    }
}
