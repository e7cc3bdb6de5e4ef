import Media
import Synchronization

extension HealthBoard {
    /// How a provider as a whole stands.
    struct Standing: Sendable, Hashable {
        var health: ProviderHealth.Standing
        var room: Availability.Room
        /// Calls that hold a place.
        var running: Int
        /// Calls that wait for one.
        var waiting: Int
        var limit: Limit
        /// Of the last attempt that failed by its fault, or for lack of room; it may have recovered since.
        var lastFailure: UpstreamError.Kind?
    }

    func standing(of provider: String, now: ContinuousClock.Instant) -> Standing {
        state.withLock { $0.standing(of: provider, now: now) }
    }
}

extension HealthBoardState {
    fileprivate func standing(of provider: String, now: ContinuousClock.Instant) -> HealthBoard.Standing {
        let gate = gates[provider] ?? newGate(provider)
        return HealthBoard.Standing(
            health: providers[provider]?.standing(now: now) ?? ProviderHealth.Standing(), room: gate.room, running: gate.running,
            waiting: gate.waiting, limit: limits[provider] ?? HealthBoard.Limit(), lastFailure: lastFailures[provider])
    }
}
