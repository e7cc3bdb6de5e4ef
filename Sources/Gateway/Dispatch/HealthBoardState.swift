import Media
import Transport

/// The value behind a `HealthBoard`'s lock.
struct HealthBoardState: Sendable {
    private(set) var limits: [String: HealthBoard.Limit]
    private let firstRest: Duration?
    /// By seat.
    private var providers: [Known] = []
    private var seats: [String: Int] = [:]
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

        /// Mutating without a change: so it is looked at where it is, and not copied.
        fileprivate mutating func availability(of model: String, isHeld: Bool, now: Instant) -> Availability {
            Availability(health: health.health(of: model, now: now), room: isHeld ? .free : gate.room)
        }
    }

    init(limits: [String: HealthBoard.Limit], firstRest: Duration?) {
        self.limits = limits
        self.firstRest = firstRest
    }

    /// Where a provider stands, from now on.
    mutating func seat(of provider: String) -> Int {
        if let seat = seats[provider] { return seat }
        seats[provider] = providers.count
        providers.append(Known(provider, limits[provider], firstRest: firstRest))
        return providers.count - 1
    }

    /// How a model stands for a call that may hold a place already.
    mutating func availability(of model: String, at seat: Int, holding place: HealthBoard.Place?, now: Instant) -> Availability {
        providers[seat].availability(of: model, isHeld: place?.seat == seat, now: now)
    }

    /// Ends the last attempt, asks the plan, and reserves what it decided.
    mutating func decide(
        _ plan: inout FallbackPlan, among targets: [Target], after outcome: AttemptOutcome?, holding place: HealthBoard.Place?,
        now: Instant, random: Double, _ effects: inout HealthBoard.Effects
    ) -> HealthBoard.Move {
        if let place {
            note(outcome, at: place.seat)
            end(place, outcome.map(HealthVerdict.init) ?? .silent, now: now, random: random, &effects)
        }
        let decision = plan.next(
            after: outcome,
            availability: { availability(of: targets[$0].candidate.upstreamModel, at: targets[$0].seat, holding: place, now: now) },
            now: now)
        let move = reserve(decision, targets, holding: place, now: now)
        if let place, !move.keepsPlace(at: place.seat) { leave(place.seat, &effects) }
        return move
    }

    /// Hands a pass back with what the attempt showed.
    mutating func end(
        _ place: HealthBoard.Place, _ verdict: HealthVerdict, now: Instant, random: Double,
        _ effects: inout HealthBoard.Effects
    ) {
        guard let pass = place.pass else { return }
        let event = providers[place.seat].health.end(pass, verdict, now: now, random: random)
        if let event { effects.events.append(event) }
    }

    private mutating func note(_ outcome: AttemptOutcome?, at seat: Int) {
        guard case .failed(let error, _, _)? = outcome else { return }
        switch HealthVerdict(.failed(error)) {
        case .needsRest, .refusesKey, .fails: providers[seat].lastFailure = error.kind
        case .works, .modelGone, .silent: return
        }
    }

    /// Takes a place if there is one.
    mutating func enter(_ seat: Int) -> Bool { providers[seat].gate.enter() }

    /// Gives a place back, or on to the next in the queue.
    mutating func leave(_ seat: Int, _ effects: inout HealthBoard.Effects) {
        if let ticket = providers[seat].gate.leave() { admit(ticket, &effects) }
    }

    /// New limits; dead models and refused keys are forgiven.
    mutating func reload(limits: [String: HealthBoard.Limit], _ effects: inout HealthBoard.Effects) {
        self.limits = limits
        for (name, seat) in seats {
            let limit = limits[name] ?? HealthBoard.Limit()
            providers[seat].health.reload()
            let admitted = providers[seat].gate.resize(limit: limit.maximumConcurrent, maximumQueue: limit.maximumQueue)
            for ticket in admitted { admit(ticket, &effects) }
        }
    }

    private mutating func reserve(
        _ decision: FallbackPlan.Decision, _ targets: [Target], holding place: HealthBoard.Place?, now: Instant
    ) -> HealthBoard.Move {
        switch decision {
        case .attempt(let index, let fresh):
            let seat = targets[index].seat
            if place?.seat != seat { _ = enter(seat) }
            let pass = providers[seat].health.begin(targets[index].candidate.upstreamModel, now: now)
            return .attempt(index, freshConnection: fresh, HealthBoard.Place(seat: seat, pass: pass))
        case .wait(let index):
            lastTicket += 1
            let (seat, ticket) = (targets[index].seat, lastTicket)
            _ = providers[seat].gate.enqueue(ticket)
            return .wait(seat: seat, ticket: ticket)
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
        seats[provider].map { providers[$0] } ?? Known(provider, limits[provider], firstRest: firstRest)
    }
}

extension HealthBoardState {
    /// - Returns: true or false when the answer is known at once; nil when the waiter is kept.
    mutating func park(_ ticket: UInt64, at seat: Int, _ waiter: CheckedContinuation<Bool, Never>, isCancelled: Bool) -> Bool? {
        if granted.remove(ticket) != nil { return true }
        if isCancelled {
            _ = providers[seat].gate.abandon(ticket)
            return false
        }
        parked[ticket] = waiter
        return nil
    }

    /// - Returns: the waiter to be sent away; nil when it has its place already or has not parked yet.
    mutating func abandon(_ ticket: UInt64, at seat: Int) -> CheckedContinuation<Bool, Never>? {
        guard let waiter = parked.removeValue(forKey: ticket) else { return nil }
        _ = providers[seat].gate.abandon(ticket)
        return waiter
    }
}

extension HealthBoard.Move {
    fileprivate func keepsPlace(at seat: Int) -> Bool {
        switch self {
        case .attempt(_, _, let place): place.seat == seat
        case .wait, .succeed, .fail: false
        }
    }
}
