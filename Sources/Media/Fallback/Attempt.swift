/// One try at a candidate, for the ledger: headers, log, `error.attempts`.
package struct Attempt: Sendable, Hashable {
    package var candidate: Candidate
    package var outcome: Outcome
    /// From the first deed to the last byte.
    package var duration: Duration
    /// USD; nil: unknown.
    package var cost: Double?
    package var billed: Billed

    package init(candidate: Candidate, outcome: Outcome, duration: Duration, cost: Double? = nil, billed: Billed) {
        self.candidate = candidate
        self.outcome = outcome
        self.duration = duration
        self.cost = cost
        self.billed = billed
    }

    /// Indirect where it is large: attempts are copied often.
    package enum Outcome: Sendable, Hashable {
        /// HTTP status of the answer that was accepted.
        case succeeded(status: Int)
        indirect case failed(UpstreamError)
        /// Not tried: the reason in words.
        indirect case skipped(reason: String)
    }

    package enum Billed: String, Sendable { case yes, no, unknown }
}

/// A provider and the name the model has there.
package struct Candidate: Sendable, Hashable, CustomStringConvertible {
    package var provider: String
    package var upstreamModel: String

    package init(provider: String, upstreamModel: String) {
        self.provider = provider
        self.upstreamModel = upstreamModel
    }

    /// By the model: few providers share the name of one.
    package func hash(into hasher: inout Hasher) { hasher.combine(upstreamModel) }

    /// `provider/upstream-model`.
    package var description: String { "\(provider)/\(upstreamModel)" }
}
