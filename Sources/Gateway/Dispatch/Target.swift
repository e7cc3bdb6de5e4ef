package import Media
import Synchronization

/// A candidate as one loop calls it: what its names lead to, looked up once.
package final class Target: Sendable {
    /// By its names.
    package let candidate: Candidate
    /// nil: there is no provider of this name.
    package let upstream: Upstream?
    /// Its provider's, on the board.
    let seat: Int
    /// Of the model there; nil: unknown.
    package let price: Price?
    /// What was asked for so far: being pure, the provider says the same each time.
    private let known = Mutex<[(operation: GenerationRequest.Operation?, capabilities: SharedCapabilities)]>([])

    init(_ candidate: Candidate, _ upstream: Upstream?, seat: Int) {
        self.candidate = candidate
        self.upstream = upstream
        self.seat = seat
        price = upstream?.price(of: candidate.upstreamModel)
    }

    /// What it can honour as far as one operation goes; nil: as far as any goes. nil for an unknown provider.
    package func capabilities(for operation: GenerationRequest.Operation?) -> SharedCapabilities? {
        if let answer = known.withLock({ known in known.first { $0.operation == operation }?.capabilities }) { return answer }
        guard let upstream else { return nil }
        let model = candidate.upstreamModel
        let answer = SharedCapabilities(
            operation.map { upstream.capabilities(for: model, $0) } ?? upstream.capabilities(for: model))
        known.withLock { $0.append((operation, answer)) }
        return answer
    }
}

/// The targets of one loop, by candidate.
final class TargetCache: Sendable {
    /// Names may be the callers' own, where a route has a pattern.
    private static let maximumCount = 2048
    /// Bytes.
    private static let longestName = 200

    private struct Known {
        var targets: [Candidate: Target] = [:]
        /// A call asks several times.
        var last: Target?

        mutating func find(_ candidate: Candidate) -> Target? {
            if let last, last.candidate == candidate { return last }
            guard let target = targets[candidate] else { return nil }
            last = target
            return target
        }
    }

    private let known = Mutex(Known())

    func target(of candidate: Candidate, _ made: () -> Target) -> Target {
        if let found = known.withLock({ $0.find(candidate) }) { return found }
        let target = made()
        guard candidate.upstreamModel.utf8.count <= TargetCache.longestName else { return target }
        known.withLock { known in
            if known.targets.count >= TargetCache.maximumCount { known.targets.removeAll() }
            known.targets[candidate] = target
        }
        return target
    }
}
