package import Transport

/// Decides which candidate one call tries next, and when it ends. It performs nothing and holds no clock.
package struct FallbackPlan: ~Copyable, Sendable {
    /// The route, in the order of trying.
    package let candidates: [Candidate]
    /// How far the call may go.
    package let policy: FallbackPolicy
    /// Of the whole call.
    package let deadline: Instant
    /// Candidates passed over and never tried, with the latest reason.
    package private(set) var skips: [Int: String]
    /// Why a candidate can never serve this request.
    private(set) var obstacles: [Int: Obstacle]
    /// What went wrong so far, in order.
    private(set) var failures: [UpstreamError] = []
    /// A failed attempt may have been bought.
    private(set) var maybeBilled = false
    private var tried: [Int] = []
    private var retriedStale: Set<Int> = []

    /// - Parameters:
    ///   - obstacles: by index, the candidates that cannot honour the request.
    ///   - tried: by index, the candidates that an earlier part of the call has tried.
    ///   - maybeBilled: one of those may have been bought.
    package init(
        candidates: [Candidate], obstacles: [Int: Obstacle] = [:], policy: FallbackPolicy = FallbackPolicy(),
        deadline: Instant, tried: [Int] = [], maybeBilled: Bool = false
    ) {
        self.candidates = candidates
        self.policy = policy
        self.deadline = deadline
        self.obstacles = obstacles
        self.skips = obstacles.isEmpty ? [:] : obstacles.mapValues(\.message)
        self.tried = tried
        self.maybeBilled = maybeBilled
    }

    /// Goes on with a candidate whose job is running already: what comes of it is its attempt.
    package mutating func begin(at index: Int) {
        tried.append(index)
        skips[index] = nil
    }

    /// Why a candidate cannot honour a request.
    package struct Obstacle: Sendable, Hashable {
        package var field: String?
        package var message: String

        package init(field: String? = nil, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    /// What the call does next.
    package enum Decision: Sendable, Hashable {
        case attempt(Int, freshConnection: Bool)
        /// In the candidate's queue until it has a place; then ask again.
        case wait(Int)
        case succeed
        indirect case fail(DispatchFailure)
    }

    /// - Parameters:
    ///   - outcome: of the attempt decided last; nil at the start and after a wait.
    ///   - availability: of a candidate, by index, as it is now; looked at where the outcome does not end the call.
    package mutating func next(
        after outcome: AttemptOutcome?, availability: (Int) -> Availability, now: Instant
    ) -> Decision {
        if let outcome, let decision = judge(outcome) { return decision }
        if now >= deadline || tried.count >= policy.attempts { return .fail(exhaustion(availability, now: now)) }
        return select(availability, now: now)
    }

    private mutating func judge(_ outcome: AttemptOutcome) -> Decision? {
        guard let current = tried.last else { return nil }
        switch outcome {
        case .succeeded: return .succeed
        case .cannot(let error):
            tried.removeLast()
            obstacles[current] = Obstacle(field: error.field, error.message)
            skips[current] = error.message
            return nil
        case .failed(let error, let isJob, let delivered):
            return judge(error, isJob: isJob, delivered: delivered, current: current)
        }
    }

    private mutating func judge(_ error: UpstreamError, isJob: Bool, delivered: Bool, current: Int) -> Decision? {
        let consequence = FallbackConsequence(
            of: error, isJob: isJob, delivered: delivered, retriedStale: retriedStale.contains(current), policy: policy)
        switch consequence {
        case .again:
            retriedStale.insert(current)
            return .attempt(current, freshConnection: true)
        case .next(let maybe):
            failures.append(error)
            maybeBilled = maybeBilled || maybe
            return nil
        case .stop(let kind):
            failures.append(error)
            return .fail(ending(kind, error))
        }
    }

    private mutating func select(_ availability: (Int) -> Availability, now: Instant) -> Decision {
        // Where most calls go.
        if tried.isEmpty, !candidates.isEmpty, obstacles[0] == nil, availability(0).canStart { return attempt(0) }
        let open = untried
        for index in open {
            guard let obstacle = availability(index).obstacle else { return attempt(index) }
            skips[index] = obstacle
        }
        let full = open.first { availability($0).health == .ready && availability($0).room == .queue }
        if let full { return .wait(full) }
        guard tried.isEmpty, let soonest = soonestBack(open, availability, now: now) else {
            return .fail(exhaustion(availability, now: now))
        }
        return availability(soonest).room == .free ? attempt(soonest) : .wait(soonest)
    }

    private mutating func attempt(_ index: Int) -> Decision {
        tried.append(index)
        if !skips.isEmpty { skips[index] = nil }
        return .attempt(index, freshConnection: false)
    }

    /// When all are cooling, the one that returns soonest is tried anyway.
    private func soonestBack(_ open: [Int], _ availability: (Int) -> Availability, now: Instant) -> Int? {
        open.filter { availability($0).room != .none }
            .compactMap { index in availability(index).health.back(now: now).map { (index, $0) } }
            .min { $0.1 < $1.1 }?.0
    }

    /// Candidates that can honour the request; only the first one where fallbacks are off.
    private var eligible: [Int] {
        let able = candidates.indices.filter { obstacles[$0] == nil }
        return policy.allowsFallbacks ? able : Array((tried.first.map { [$0] } ?? able).prefix(1))
    }
}

extension FallbackPlan {
    /// The untried candidates that could have served.
    var untried: [Int] { eligible.filter { !tried.contains($0) } }
    /// Whether any candidate can honour the request.
    var canBeServed: Bool { !eligible.isEmpty }
}

extension Availability.Health {
    /// When a resting candidate is expected back; nil for one that is not merely resting.
    func back(now: Instant) -> Instant? {
        switch self {
        case .cooling(let until): until
        case .probing: now
        case .ready, .circuitOpen, .dead: nil
        }
    }
}
