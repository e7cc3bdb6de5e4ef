import Media

/// What the attempts of one call have brought so far.
struct DispatchCrop {
    /// Told with whatever comes of the call.
    var warnings: [Warning] = []
    /// Who made each result.
    private(set) var makers: [Candidate] = []
    private var ledger: [(index: Int, attempt: Attempt)] = []
    private var results: [GenerationResult] = []
    private var winner: Candidate?
    private var operation: RemoteOperation?
    private var sent = 0

    /// - Parameters:
    ///   - index: of the candidate in the route.
    ///   - lost: what was asked and the candidate does not honour.
    mutating func take(_ report: CallReport, from candidate: Candidate, at index: Int, _ lost: [Warning]) {
        sent += report.sends
        if let attempt = report.attempt { ledger.append((index, attempt)) }
        guard case .success(let result) = report.result else { return }
        results.append(result)
        for _ in result.assets { makers.append(candidate) }
        for warning in lost + result.warnings where !warnings.contains(warning) { warnings.append(warning) }
        winner = candidate
        operation = result.origin ?? report.operation
    }

    /// What was paid for is handed over, even when the rest failed.
    /// - Parameters:
    ///   - count: the results that were asked for.
    ///   - skips: why candidates of the route were passed over, by index.
    func outcome(of count: Int, _ failure: DispatchFailure?, passing skips: [Int: String], of route: [Candidate]) -> DispatchOutcome {
        // Of a caller who is gone nobody wants anything; of a disk that takes no writes the results are still the caller's.
        let isCallerGone = failure?.kind == .cancelled && failure?.isUnrecorded != true
        let made = isCallerGone ? nil : GenerationResult(merging: results)
        var warnings = warnings
        if let made, made.assets.count < count {
            let reason = failure.map { ": \($0.message)" } ?? ""
            warnings.append(Warning(field: "n", message: "asked for \(count), got \(made.assets.count)\(reason)"))
        }
        return DispatchOutcome(
            result: made.map { .success($0) } ?? .failure(failure ?? .withoutResult),
            attempts: skips.isEmpty ? ledger.map(\.attempt) : attempts(passing: skips, of: route, toTheEnd: failure != nil),
            warnings: warnings, winner: winner, makers: makers, operation: operation, upstreamRequestCount: sent)
    }

    /// The ledger with the skipped candidates where they stand in the route.
    private func attempts(passing skips: [Int: String], of route: [Candidate], toTheEnd: Bool) -> [Attempt] {
        var skipped = skips.sorted { $0.key < $1.key }[...]
        var attempts: [Attempt] = []
        func pass(before index: Int) {
            while let next = skipped.first, next.key < index {
                let outcome = Attempt.Outcome.skipped(reason: next.value)
                attempts.append(Attempt(candidate: route[next.key], outcome: outcome, duration: .zero, billed: .no))
                skipped.removeFirst()
            }
        }
        for entry in ledger {
            pass(before: entry.index)
            attempts.append(entry.attempt)
        }
        if toTheEnd { pass(before: route.count) }
        return attempts
    }
}

extension DispatchFailure {
    fileprivate static let withoutResult = DispatchFailure(.exhausted, message: "No provider of this model could do it.")
}
