import Media
import Synchronization
import Transport

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

    func standing(of provider: String, now: Instant) -> Standing {
        state.withLock { $0.standing(of: provider, now: now) }
    }
}

extension HealthBoardState {
    fileprivate func standing(of provider: String, now: Instant) -> HealthBoard.Standing {
        let known = known(provider)
        return HealthBoard.Standing(
            health: known.health.standing(now: now), room: known.gate.room, running: known.gate.running, waiting: known.gate.waiting,
            limit: limits[provider] ?? HealthBoard.Limit(), lastFailure: known.lastFailure)
    }
}
