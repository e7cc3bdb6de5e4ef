package import Media
import Synchronization
package import Transport

/// What all loops know together about the providers: health, and who holds or waits for a place.
package final class HealthBoard: Sendable {
    /// Places of one provider.
    package struct Limit: Sendable, Hashable {
        /// nil: unlimited.
        package var maximumConcurrent: Int?
        package var maximumQueue: Int

        package init(maximumConcurrent: Int? = nil, maximumQueue: Int = 64) {
            self.maximumConcurrent = maximumConcurrent
            self.maximumQueue = maximumQueue
        }
    }

    /// Every change happens inside, every effect outside of the lock.
    let state: Mutex<HealthBoardState>
    private let report: @Sendable (HealthEvent) -> Void

    /// - Parameters:
    ///   - firstRest: of a candidate that had no room and named no time; nil: candidates never rest.
    ///   - report: told of each change of health, outside of any lock.
    package init(
        limits: [String: Limit] = [:], firstRest: Duration? = .seconds(5),
        report: @escaping @Sendable (HealthEvent) -> Void = { _ in }
    ) {
        self.state = Mutex(HealthBoardState(limits: limits, firstRest: firstRest))
        self.report = report
    }

    /// How the candidates stand, by index.
    package func availability(of candidates: [Candidate], now: Instant) -> [Availability] {
        state.withLock { state in
            candidates.map { candidate in
                let seat = state.seat(of: candidate.provider)
                return state.availability(of: candidate.upstreamModel, at: seat, holding: nil, now: now)
            }
        }
    }

    /// Calls that hold a place, and calls that wait for one.
    package func load(of provider: String) -> (running: Int, waiting: Int) {
        state.withLock { ($0.known(provider).gate.running, $0.known(provider).gate.waiting) }
    }

    /// Where a provider stands for as long as there is this board; calls name it so, for a number is not looked up.
    func seat(of provider: String) -> Int { state.withLock { $0.seat(of: provider) } }

    /// Records the end of an attempt, asks the plan, and reserves what it decided, all at once: two calls cannot get one place.
    func decide(
        _ plan: inout FallbackPlan, among targets: [Target], after outcome: AttemptOutcome?, holding place: Place?, now: Instant,
        random: Double
    ) -> Move {
        let (move, effects) = state.withLock {
            var effects = Effects()
            let move = $0.decide(&plan, among: targets, after: outcome, holding: place, now: now, random: random, &effects)
            return (move, effects)
        }
        carryOut(effects)
        return move
    }

    /// Further places of a provider for the parts of one call; never waits.
    func takeExtraPlaces(at seat: Int, upTo count: Int) -> Int {
        guard count > 0 else { return 0 }
        return state.withLock { state in (0..<count).prefix { _ in state.enter(seat) }.count }
    }

    /// Returns places of `takeExtraPlaces`.
    func giveBack(_ count: Int, placesAt seat: Int) {
        for _ in 0..<count {
            carryOut(
                state.withLock { state in
                    var effects = Effects()
                    state.leave(seat, &effects)
                    return effects
                })
        }
    }

    /// Gives back what a call holds that ends without another decision.
    func abandon(_ place: Place, now: Instant) {
        carryOut(
            state.withLock { state in
                var effects = Effects()
                state.end(place, .silent, now: now, random: 0, &effects)
                state.leave(place.seat, &effects)
                return effects
            })
    }

    /// Forgives dead models and refused keys; cooldowns stay, and so do running calls.
    package func reload(limits: [String: Limit]) {
        carryOut(
            state.withLock { state in
                var effects = Effects()
                state.reload(limits: limits, &effects)
                return effects
            })
    }

    /// What is done after the lock is free again.
    struct Effects: Sendable {
        var admitted: [CheckedContinuation<Bool, Never>] = []
        var events: [HealthEvent] = []
    }

    private func carryOut(_ effects: Effects) {
        for waiter in effects.admitted { waiter.resume(returning: true) }
        for event in effects.events { report(event) }
    }
}

extension HealthBoard {
    /// A place at a provider, held by one call.
    struct Place: Sendable, Hashable {
        /// The provider's.
        let seat: Int
        /// nil: held after a wait, and nothing begun yet.
        let pass: ProviderHealth.Pass?
    }

    /// What a call does next.
    enum Move: Sendable {
        case attempt(Int, freshConnection: Bool, Place)
        case wait(seat: Int, ticket: UInt64)
        case succeed
        indirect case fail(DispatchFailure)
    }
}
