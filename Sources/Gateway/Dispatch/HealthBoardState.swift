import Media
import Transport

/// The value behind a `HealthBoard`'s lock.
struct HealthBoardState: Sendable {
    private(set) var limits: [String: HealthBoard.Limit]
    private let firstRest: Duration?
    /// From each one's first call on.
    private var providers: [Known] = []
    /// Where in `providers` a name stands.
    private var places: [String: Int] = [:]
    private var lastTicket: UInt64 = 0
    private var parked: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    /// Admitted before they parked.
    private var granted: Set<UInt64> = []

    /// What is known of a provider.
    struct Known: Sendable {
        var health: ProviderHealth
        var gate: ConcurrencyGate
        /// Of the last attempt that failed by its fault, or for lack of room.
        var lastFailure: UpstreamError.Kind?

        fileprivate init(_ name: String, _ limit: HealthBoard.Limit?, firstRest: Duration?) {
            let limit = limit ?? HealthBoard.Limit()
            health = ProviderHealth(provider: name, firstRest: firstRest)
            gate = ConcurrencyGate(limit: limit.maximumConcurrent, maximumQueue: limit.maximumQueue)
        }
    }

    init(limits: [String: HealthBoard.Limit], firstRest: Duration?) {
        self.limits = limits
        self.firstRest = firstRest
    }

    /// How candidates stand for a call that may hold a place already.
    func availability(
        of candidates: [Candidate], holding place: HealthBoard.Place?, now: Instant
    ) -> [Availability] {
        candidates.map { candidate in
            let name = candidate.provider
            // Nobody has called it yet.
            guard let index = places[name] else { return Availability(room: place?.provider == name ? .free : known(name).gate.room) }
            let health = providers[index].health.health(of: candidate.upstreamModel, now: now)
            return Availability(health: health, room: place?.provider == name ? .free : providers[index].gate.room)
        }
    }

    /// Ends the last attempt, asks the plan, and reserves what it decided.
    mutating func decide(
        _ plan: inout FallbackPlan, after outcome: AttemptOutcome?, holding place: HealthBoard.Place?, now: Instant,
        random: Double, _ effects: inout HealthBoard.Effects
    ) -> HealthBoard.Move {
        if let place { note(outcome, at: place.provider) }
        if let place { end(place, outcome.map(HealthVerdict.init) ?? .silent, now: now, random: random, &effects) }
        let candidates = plan.candidates
        let decision = plan.next(after: outcome, availability: availability(of: candidates, holding: place, now: now), now: now)
        let move = reserve(decision, candidates, holding: place, now: now)
        if let place, !move.keepsPlace(of: place.provider) { leave(place.provider, &effects) }
        return move
    }

    /// Hands a pass back with what the attempt showed.
    mutating func end(
        _ place: HealthBoard.Place, _ verdict: HealthVerdict, now: Instant, random: Double,
        _ effects: inout HealthBoard.Effects
    ) {
        guard let pass = place.pass else { return }
        let event = change(place.provider) { $0.health.end(pass, verdict, now: now, random: random) }
        if let event { effects.events.append(event) }
    }

    private mutating func note(_ outcome: AttemptOutcome?, at provider: String) {
        guard case .failed(let error, _, _)? = outcome else { return }
        switch HealthVerdict(.failed(error)) {
        case .needsRest, .refusesKey, .fails: change(provider) { $0.lastFailure = error.kind }
        case .works, .modelGone, .silent: return
        }
    }

    /// Takes a place if there is one.
    mutating func enter(_ provider: String) -> Bool {
        change(provider) { $0.gate.enter() }
    }

    /// Gives a place back, or on to the next in the queue.
    mutating func leave(_ provider: String, _ effects: inout HealthBoard.Effects) {
        if let place = places[provider], let ticket = providers[place].gate.leave() { admit(ticket, &effects) }
    }

    /// New limits; dead models and refused keys are forgiven.
    mutating func reload(limits: [String: HealthBoard.Limit], _ effects: inout HealthBoard.Effects) {
        self.limits = limits
        for (name, place) in places {
            let limit = limits[name] ?? HealthBoard.Limit()
            providers[place].health.reload()
            let admitted = providers[place].gate.resize(limit: limit.maximumConcurrent, maximumQueue: limit.maximumQueue)
            for ticket in admitted { admit(ticket, &effects) }
        }
    }

    private mutating func reserve(
        _ decision: FallbackPlan.Decision, _ candidates: [Candidate], holding place: HealthBoard.Place?, now: Instant
    ) -> HealthBoard.Move {
        switch decision {
        case .attempt(let index, let fresh):
            let candidate = candidates[index]
            let hasPlace = place?.provider == candidate.provider
            let pass = change(candidate.provider) { known in
                if !hasPlace { _ = known.gate.enter() }
                return known.health.begin(candidate.upstreamModel, now: now)
            }
            return .attempt(index, freshConnection: fresh, HealthBoard.Place(provider: candidate.provider, pass: pass))
        case .wait(let index):
            lastTicket += 1
            let (provider, ticket) = (candidates[index].provider, lastTicket)
            _ = change(provider) { $0.gate.enqueue(ticket) }
            return .wait(provider: provider, ticket: ticket)
        case .succeed: return .succeed
        case .fail(let failure): return .fail(failure)
        }
    }

    private mutating func admit(_ ticket: UInt64, _ effects: inout HealthBoard.Effects) {
        if let waiter = parked.removeValue(forKey: ticket) {
            effects.admitted.append(waiter)
        } else {
            granted.insert(ticket)
        }
    }

    /// What is known of a provider, also before its first call.
    func known(_ provider: String) -> Known {
        places[provider].map { providers[$0] } ?? Known(provider, limits[provider], firstRest: firstRest)
    }

    private mutating func change<Result>(_ provider: String, _ change: (inout Known) -> Result) -> Result {
        if let place = places[provider] { return change(&providers[place]) }
        places[provider] = providers.count
        providers.append(Known(provider, limits[provider], firstRest: firstRest))
        return change(&providers[providers.count - 1])
    }
}

extension HealthBoardState {
    /// - Returns: true or false when the answer is known at once; nil when the waiter is kept.
    mutating func park(_ ticket: UInt64, of provider: String, _ waiter: CheckedContinuation<Bool, Never>, isCancelled: Bool) -> Bool? {
        if granted.remove(ticket) != nil { return true }
        if isCancelled {
            _ = change(provider) { $0.gate.abandon(ticket) }
            return false
        }
        parked[ticket] = waiter
        return nil
    }

    /// - Returns: the waiter to be sent away; nil when it has its place already or has not parked yet.
    mutating func abandon(_ ticket: UInt64, of provider: String) -> CheckedContinuation<Bool, Never>? {
        guard let waiter = parked.removeValue(forKey: ticket) else { return nil }
        _ = change(provider) { $0.gate.abandon(ticket) }
        return waiter
    }
}

extension HealthBoard.Move {
    fileprivate func keepsPlace(of provider: String) -> Bool {
        switch self {
        case .attempt(_, _, let place): place.provider == provider
        case .wait, .succeed, .fail: false
        }
    }
}
