import Media

/// The value behind a `HealthBoard`'s lock.
struct HealthBoardState: Sendable {
    private(set) var limits: [String: HealthBoard.Limit]
    private let firstRest: Duration?
    private(set) var providers: [String: ProviderHealth] = [:]
    /// By provider: of the last attempt that failed by its fault, or for lack of room.
    private(set) var lastFailures: [String: UpstreamError.Kind] = [:]
    private(set) var gates: [String: ConcurrencyGate] = [:]
    private var lastTicket: UInt64 = 0
    private var parked: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    /// Admitted before they parked.
    private var granted: Set<UInt64> = []

    init(limits: [String: HealthBoard.Limit], firstRest: Duration?) {
        self.limits = limits
        self.firstRest = firstRest
    }

    /// How candidates stand for a call that may hold a place already.
    func availability(
        of candidates: [Candidate], holding place: HealthBoard.Place?, now: ContinuousClock.Instant
    ) -> [Availability] {
        candidates.map { candidate in
            let name = candidate.provider
            let health = providers[name]?.health(of: candidate.upstreamModel, now: now) ?? .ready
            return Availability(health: health, room: place?.provider == name ? .free : (gates[name] ?? newGate(name)).room)
        }
    }

    /// Ends the last attempt, asks the plan, and reserves what it decided.
    mutating func decide(
        _ plan: inout FallbackPlan, after outcome: AttemptOutcome?, holding place: HealthBoard.Place?, now: ContinuousClock.Instant,
        random: Double, _ effects: inout HealthBoard.Effects
    ) -> HealthBoard.Move {
        if let place { note(outcome, at: place.provider) }
        if let place { end(place, outcome.map(HealthVerdict.init) ?? .silent, now: now, random: random, &effects) }
        let known = availability(of: plan.candidates, holding: place, now: now)
        let decision = plan.next(after: outcome, availability: known, now: now)
        let move = reserve(decision, plan.candidates, holding: place, now: now)
        if let place, !move.keepsPlace(of: place.provider) { leave(place.provider, &effects) }
        return move
    }

    /// Hands a pass back with what the attempt showed.
    mutating func end(
        _ place: HealthBoard.Place, _ verdict: HealthVerdict, now: ContinuousClock.Instant, random: Double,
        _ effects: inout HealthBoard.Effects
    ) {
        guard let pass = place.pass else { return }
        var health = providers[place.provider] ?? ProviderHealth(provider: place.provider, firstRest: firstRest)
        if let event = health.end(pass, verdict, now: now, random: random) { effects.events.append(event) }
        providers[place.provider] = health
    }

    private mutating func note(_ outcome: AttemptOutcome?, at provider: String) {
        guard case .failed(let error, _, _)? = outcome else { return }
        switch HealthVerdict(.failed(error)) {
        case .needsRest, .refusesKey, .fails: lastFailures[provider] = error.kind
        case .works, .modelGone, .silent: return
        }
    }

    /// Takes a place if there is one.
    mutating func enter(_ provider: String) -> Bool {
        var gate = gates[provider] ?? newGate(provider)
        defer { gates[provider] = gate }
        return gate.enter()
    }

    /// Gives a place back, or on to the next in the queue.
    mutating func leave(_ provider: String, _ effects: inout HealthBoard.Effects) {
        if let ticket = gates[provider]?.leave() { admit(ticket, &effects) }
    }

    /// New limits; dead models and refused keys are forgiven.
    mutating func reload(limits: [String: HealthBoard.Limit], _ effects: inout HealthBoard.Effects) {
        self.limits = limits
        for name in providers.keys { providers[name]?.reload() }
        for name in gates.keys {
            let limit = limits[name] ?? HealthBoard.Limit()
            let admitted = gates[name]?.resize(limit: limit.maximumConcurrent, maximumQueue: limit.maximumQueue) ?? []
            for ticket in admitted { admit(ticket, &effects) }
        }
    }

    private mutating func reserve(
        _ decision: FallbackPlan.Decision, _ candidates: [Candidate], holding place: HealthBoard.Place?, now: ContinuousClock.Instant
    ) -> HealthBoard.Move {
        switch decision {
        case .attempt(let index, let fresh):
            let candidate = candidates[index]
            if place?.provider != candidate.provider { _ = enter(candidate.provider) }
            var health = providers[candidate.provider] ?? ProviderHealth(provider: candidate.provider, firstRest: firstRest)
            let pass = health.begin(candidate.upstreamModel, now: now)
            providers[candidate.provider] = health
            return .attempt(index, freshConnection: fresh, HealthBoard.Place(provider: candidate.provider, pass: pass))
        case .wait(let index):
            lastTicket += 1
            let provider = candidates[index].provider
            var gate = gates[provider] ?? newGate(provider)
            _ = gate.enqueue(lastTicket)
            gates[provider] = gate
            return .wait(provider: provider, ticket: lastTicket)
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

    /// A gate that nobody has passed yet.
    func newGate(_ provider: String) -> ConcurrencyGate {
        let limit = limits[provider] ?? HealthBoard.Limit()
        return ConcurrencyGate(limit: limit.maximumConcurrent, maximumQueue: limit.maximumQueue)
    }
}

extension HealthBoardState {
    /// - Returns: true or false when the answer is known at once; nil when the waiter is kept.
    mutating func park(_ ticket: UInt64, of provider: String, _ waiter: CheckedContinuation<Bool, Never>, isCancelled: Bool) -> Bool? {
        if granted.remove(ticket) != nil { return true }
        if isCancelled {
            _ = gates[provider]?.abandon(ticket)
            return false
        }
        parked[ticket] = waiter
        return nil
    }

    /// - Returns: the waiter to be sent away; nil when it has its place already or has not parked yet.
    mutating func abandon(_ ticket: UInt64, of provider: String) -> CheckedContinuation<Bool, Never>? {
        guard let waiter = parked.removeValue(forKey: ticket) else { return nil }
        _ = gates[provider]?.abandon(ticket)
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
