import Media
import Synchronization

/// What a provider has said of its models: being pure, it says the same each time, and each call asks several times.
final class CapabilityCache: Sendable {
    private struct Question: Hashable {
        var model: String
        var operation: GenerationRequest.Operation?
    }

    /// Names may be the callers' own, where a route has a pattern.
    private static let maximumCount = 512
    /// Bytes.
    private static let longestName = 200

    private let known = Mutex<[Question: Capabilities]>([:])

    func capabilities(
        of model: String, _ operation: GenerationRequest.Operation?, _ made: () -> Capabilities
    ) -> Capabilities {
        guard model.utf8.count <= Self.longestName else { return made() }
        let question = Question(model: model, operation: operation)
        if let answer = known.withLock({ $0[question] }) { return answer }
        let answer = made()
        known.withLock { known in
            if known.count >= Self.maximumCount { known.removeAll() }
            known[question] = answer
        }
        return answer
    }
}
