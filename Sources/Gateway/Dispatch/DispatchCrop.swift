import Media

/// What the attempts of one call have brought so far. Never copied, for it is large.
struct DispatchCrop: ~Copyable {
    /// Told with whatever comes of the call.
    var warnings: [Warning] = []
    /// Results.
    private(set) var count = 0
    /// With the candidate's place in the route.
    private var ledger: [(index: Int, report: CallReport)] = []
    private var result: GenerationResult?
    private var operation: RemoteOperation?
    private var sent = 0

    /// - Parameters:
    ///   - index: of the candidate in the route.
    ///   - lost: what was asked and the candidate does not honour.
    mutating func take(_ report: CallReport, at index: Int, _ lost: [Warning]) {
        sent += report.sends
        ledger.append((index, report))
        guard case .success(let made) = report.result else { return }
        count += report.made
        keep(lost)
        keep(made.warnings)
        operation = made.origin ?? report.operation
        if result == nil { result = made } else { result?.add(made) }
    }

    private mutating func keep(_ news: [Warning]) {
        for warning in news where !warnings.contains(warning) { warnings.append(warning) }
    }

    /// What was paid for is handed over, even when the rest failed.
    /// - Parameters:
    ///   - count: the results that were asked for.
    ///   - skips: why candidates of the route were passed over, by index.
    func outcome(of count: Int, _ failure: DispatchFailure?, passing skips: [Int: String], of route: [Candidate]) -> DispatchOutcome {
        // Of a caller who is gone nobody wants anything; of a disk that takes no writes the results are still the caller's.
        let isCallerGone = failure?.kind == .cancelled && failure?.isUnrecorded != true
        let made = isCallerGone ? nil : result
        var warnings = warnings
        if let made, made.assets.count < count {
            let reason = failure.map { ": \($0.message)" } ?? ""
            warnings.append(Warning(field: "n", message: "asked for \(count), got \(made.assets.count)\(reason)"))
        }
        return DispatchOutcome(
            result: made.map { .success($0) } ?? .failure(failure ?? .withoutResult),
            attempts: skips.isEmpty ? ledger.compactMap(\.report.attempt) : attempts(passing: skips, of: route, toTheEnd: failure != nil),
            warnings: warnings, winner: ledger.last { $0.report.isSuccess }.map { route[$0.index] }, makers: makers(of: route),
            operation: operation, upstreamRequestCount: sent)
    }

    /// Who made each result.
    private func makers(of route: [Candidate]) -> [Candidate] {
        var makers: [Candidate] = []
        makers.reserveCapacity(count)
        for entry in ledger {
            for _ in 0..<entry.report.made { makers.append(route[entry.index]) }
        }
        return makers
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
            guard let attempt = entry.report.attempt else { continue }
            pass(before: entry.index)
            attempts.append(attempt)
        }
        if toTheEnd { pass(before: route.count) }
        return attempts
    }
}

extension DispatchFailure {
    fileprivate static let withoutResult = DispatchFailure(.exhausted, message: "No provider of this model could do it.")
}
