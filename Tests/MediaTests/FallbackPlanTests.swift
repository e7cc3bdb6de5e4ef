import Media
import Testing
import Transport

extension FallbackPlan {
    fileprivate mutating func next(after outcome: AttemptOutcome?, availability: [Availability], now: Instant) -> Decision {
        next(after: outcome, availability: { availability[$0] }, now: now)
    }
}

@Suite struct FallbackPlanTests {
    let start = Instant.now
    let candidates = ["a", "b", "c"].map { Candidate(provider: $0, upstreamModel: "m") }
    let ready = [Availability(), Availability(), Availability()]

    func plan(_ policy: FallbackPolicy = FallbackPolicy(), obstacles: [Int: FallbackPlan.Obstacle] = [:]) -> FallbackPlan {
        FallbackPlan(candidates: candidates, obstacles: obstacles, policy: policy, deadline: start + policy.deadline)
    }

    func ending(of decision: FallbackPlan.Decision) -> DispatchFailure? {
        guard case .fail(let failure) = decision else { return nil }
        return failure
    }

    @Test func `candidates are tried in order and once each`() {
        var plan = plan()
        let fault = AttemptOutcome.failed(UpstreamError(.serverFault, status: 500, message: ""))
        #expect(plan.next(after: nil, availability: ready, now: start) == .attempt(0, freshConnection: false))
        #expect(plan.next(after: fault, availability: ready, now: start) == .attempt(1, freshConnection: false))
        #expect(plan.next(after: fault, availability: ready, now: start) == .attempt(2, freshConnection: false))
        #expect(ending(of: plan.next(after: fault, availability: ready, now: start))?.kind == .exhausted)
    }

    @Test func `success ends the call`() {
        var plan = plan()
        _ = plan.next(after: nil, availability: ready, now: start)
        #expect(plan.next(after: .succeeded, availability: ready, now: start) == .succeed)
    }

    @Test(arguments: [
        UpstreamError.Kind.unreachable, .rateLimited, .overloaded, .serverFault, .quotaExhausted, .keyRefused, .modelGone, .redirected,
        .invalidAnswer, .unknownOutcome, .jobFailed,
    ])
    func `what is not the caller's fault moves on`(kind: UpstreamError.Kind) {
        var plan = plan()
        _ = plan.next(after: nil, availability: ready, now: start)
        let decision = plan.next(after: .failed(UpstreamError(kind, message: "")), availability: ready, now: start)
        #expect(decision == .attempt(1, freshConnection: false))
    }

    @Test func `a job that blames its input is told with the input's status`() {
        var error = UpstreamError(.jobRejected, status: 422, field: "image", message: "no")
        #expect(DispatchFailure(.jobRejected, error: error, message: "no").status == 502)
        error.blamesInput = true
        #expect(DispatchFailure(.jobRejected, error: error, message: "no").status == 422)
        #expect(DispatchFailure(.exhausted, error: error, message: "no").status == 502)
    }

    @Test(arguments: [
        (UpstreamError.Kind.invalidRequest, 422, DispatchFailure.Kind.invalidRequest, 422),
        (.invalidRequest, 400, .invalidRequest, 400), (.invalidRequest, 403, .invalidRequest, 400),
        (.moderated, 403, .moderated, 400), (.jobRejected, 200, .jobRejected, 502), (.cancelled, 0, .cancelled, 499),
    ])
    func `the upstream's word ends the call`(
        kind: UpstreamError.Kind, answered: Int, expected: DispatchFailure.Kind, status: Int
    ) throws {
        var plan = plan()
        _ = plan.next(after: nil, availability: ready, now: start)
        let error = UpstreamError(kind, status: answered, field: "size", message: "no")
        let failure = try #require(ending(of: plan.next(after: .failed(error), availability: ready, now: start)))
        #expect(failure.kind == expected)
        #expect(failure.status == status)
        #expect(failure.error == error)
        #expect(failure.field == "size")
    }

    @Test(arguments: [
        (UpstreamError.Kind.unknownOutcome, false), (.unknownOutcome, true), (.invalidAnswer, true), (.serverFault, false),
    ])
    func `an unknown outcome stops where the policy says so, and asks for no retry`(kind: UpstreamError.Kind, isJob: Bool) throws {
        var plan = plan(FallbackPolicy(ambiguousStops: true))
        _ = plan.next(after: nil, availability: ready, now: start)
        let outcome = AttemptOutcome.failed(UpstreamError(kind, .mayHaveStarted, message: ""), isJob: isJob, delivered: false)
        let failure = try #require(ending(of: plan.next(after: outcome, availability: ready, now: start)))
        #expect(failure.kind == .ambiguous)
        #expect(failure.status == 502)
        #expect(failure.shouldRetry == false)
    }

    @Test func `an unknown outcome of a job follows its own rule`() {
        var plan = plan(FallbackPolicy(ambiguousStops: true, ambiguousJobsStop: false))
        _ = plan.next(after: nil, availability: ready, now: start)
        let outcome = AttemptOutcome.failed(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""), isJob: true, delivered: false)
        #expect(plan.next(after: outcome, availability: ready, now: start) == .attempt(1, freshConnection: false))
    }

    @Test func `after a possible purchase the final failure asks for no retry`() throws {
        var plan = plan(FallbackPolicy(attempts: 2))
        _ = plan.next(after: nil, availability: ready, now: start)
        _ = plan.next(after: .failed(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "")), availability: ready, now: start)
        let busy = AttemptOutcome.failed(UpstreamError(.rateLimited, status: 429, message: ""))
        let failure = try #require(ending(of: plan.next(after: busy, availability: ready, now: start)))
        #expect(failure.kind == .exhausted)
        #expect(failure.status == 502)
        #expect(failure.shouldRetry == false)
    }

    @Test func `a stale connection is tried again once, then counts as reset after sending`() throws {
        var plan = plan(FallbackPolicy(ambiguousStops: true))
        let stale = AttemptOutcome.failed(UpstreamError(.staleConnection, .mayHaveStarted, message: ""))
        _ = plan.next(after: nil, availability: ready, now: start)
        #expect(plan.next(after: stale, availability: ready, now: start) == .attempt(0, freshConnection: true))
        #expect(ending(of: plan.next(after: stale, availability: ready, now: start))?.kind == .ambiguous)
    }

    @Test func `a refusal of the content moves on only where the policy says so`() throws {
        let refusal = AttemptOutcome.failed(UpstreamError(.moderated, status: 400, message: "no"))
        var plan = plan(FallbackPolicy(attempts: 2, fallsBackOnModeration: true))
        _ = plan.next(after: nil, availability: ready, now: start)
        #expect(plan.next(after: refusal, availability: ready, now: start) == .attempt(1, freshConnection: false))
        let fault = AttemptOutcome.failed(UpstreamError(.serverFault, status: 500, message: ""))
        #expect(ending(of: plan.next(after: fault, availability: ready, now: start))?.kind == .moderated)
    }

    @Test(arguments: UpstreamError.Kind.allCases)
    func `nothing moves on after an event was delivered`(kind: UpstreamError.Kind) {
        var plan = plan(FallbackPolicy(ambiguousJobsStop: false, fallsBackOnModeration: true))
        _ = plan.next(after: nil, availability: ready, now: start)
        let outcome = AttemptOutcome.failed(UpstreamError(kind, message: ""), isJob: false, delivered: true)
        #expect(ending(of: plan.next(after: outcome, availability: ready, now: start)) != nil)
    }

    @Test func `the attempts are capped`() throws {
        var plan = plan(FallbackPolicy(attempts: 1))
        _ = plan.next(after: nil, availability: ready, now: start)
        let busy = AttemptOutcome.failed(UpstreamError(.rateLimited, status: 429, message: ""))
        let failure = try #require(ending(of: plan.next(after: busy, availability: ready, now: start)))
        #expect(failure.kind == .capacity)
        #expect(failure.status == 503)
    }

    @Test func `the deadline ends the call`() {
        var plan = plan(FallbackPolicy(deadline: .seconds(5)))
        _ = plan.next(after: nil, availability: ready, now: start)
        let fault = AttemptOutcome.failed(UpstreamError(.serverFault, status: 500, message: ""))
        #expect(ending(of: plan.next(after: fault, availability: ready, now: start + .seconds(5)))?.kind == .exhausted)
    }

    @Test func `without fallbacks only the first able candidate is tried`() {
        var plan = plan(FallbackPolicy(allowsFallbacks: false), obstacles: [0: .init("it takes no mask")])
        #expect(plan.next(after: nil, availability: ready, now: start) == .attempt(1, freshConnection: false))
        let busy = AttemptOutcome.failed(UpstreamError(.overloaded, status: 503, message: ""))
        #expect(ending(of: plan.next(after: busy, availability: ready, now: start))?.kind == .capacity)
    }

    @Test func `candidates that cannot honour the request are passed over with their reason`() {
        var plan = plan(obstacles: [0: .init(field: "mask", "it takes no mask")])
        #expect(plan.next(after: nil, availability: ready, now: start) == .attempt(1, freshConnection: false))
        #expect(plan.skips == [0: "it takes no mask"])
    }

    @Test func `when nobody can honour the request it is the caller's fault`() throws {
        let obstacle = FallbackPlan.Obstacle(field: "mask", "it takes no mask")
        var plan = plan(obstacles: [0: obstacle, 1: obstacle, 2: obstacle])
        let failure = try #require(ending(of: plan.next(after: nil, availability: ready, now: start)))
        #expect(failure.kind == .unsupported)
        #expect(failure.status == 400)
        #expect(failure.field == "mask")
    }

    @Test func `a request that cannot be said goes to the next`() {
        var plan = plan()
        _ = plan.next(after: nil, availability: ready, now: start)
        let cannot = AttemptOutcome.cannot(UpstreamError(.invalidRequest, .notSent, message: "it cannot be said"))
        #expect(plan.next(after: cannot, availability: ready, now: start) == .attempt(1, freshConnection: false))
        #expect(plan.skips[0] == "it cannot be said")
    }
}

@Suite struct FallbackPlanAvailabilityTests {
    let start = Instant.now
    var plan: FallbackPlan {
        FallbackPlan(
            candidates: ["a", "b"].map { Candidate(provider: $0, upstreamModel: "m") }, deadline: start + .seconds(600))
    }

    func cooling(_ seconds: Int, _ room: Availability.Room = .free) -> Availability {
        Availability(health: .cooling(until: start + .seconds(seconds)), room: room)
    }

    @Test func `a cooling candidate is passed over`() {
        var plan = plan
        #expect(plan.next(after: nil, availability: [cooling(9), Availability()], now: start) == .attempt(1, freshConnection: false))
        #expect(plan.skips == [0: "cooling down"])
    }

    @Test func `when all are cooling the one that returns soonest is tried anyway`() throws {
        var plan = plan
        let all = [cooling(9), cooling(3)]
        #expect(plan.next(after: nil, availability: all, now: start) == .attempt(1, freshConnection: false))
        let busy = AttemptOutcome.failed(UpstreamError(.rateLimited, status: 429, message: ""))
        guard case .fail(let failure) = plan.next(after: busy, availability: all, now: start) else { return #expect(Bool(false)) }
        #expect(failure.kind == .capacity)
        #expect(failure.retryAfter == .seconds(3))
    }

    @Test func `a call that has tried somebody does not wake a cooling candidate`() {
        var plan = plan
        _ = plan.next(after: nil, availability: [Availability(), cooling(9)], now: start)
        let fault = AttemptOutcome.failed(UpstreamError(.serverFault, status: 500, message: ""))
        guard case .fail(let failure) = plan.next(after: fault, availability: [cooling(5), cooling(9)], now: start) else {
            return #expect(Bool(false))
        }
        #expect(failure.status == 502)
    }

    @Test func `a full candidate is passed over for a free one`() {
        var plan = plan
        let decision = plan.next(after: nil, availability: [Availability(room: .queue), Availability()], now: start)
        #expect(decision == .attempt(1, freshConnection: false))
    }

    @Test func `when all are full the call waits in the first queue with room`() {
        var plan = plan
        #expect(plan.next(after: nil, availability: [Availability(room: .none), Availability(room: .queue)], now: start) == .wait(1))
        let decision = plan.next(after: nil, availability: [Availability(room: .none), Availability()], now: start)
        #expect(decision == .attempt(1, freshConnection: false))
    }

    @Test func `full queues are a lack of capacity`() {
        var plan = plan
        let full = Availability(room: .none)
        guard case .fail(let failure) = plan.next(after: nil, availability: [full, full], now: start) else { return #expect(Bool(false)) }
        #expect(failure.kind == .capacity)
        #expect(failure.retryAfter == .seconds(1))
    }

    @Test func `a wait that outlasts the deadline is a lack of capacity`() {
        var plan = plan
        let full = Availability(room: .queue)
        #expect(plan.next(after: nil, availability: [full, full], now: start) == .wait(0))
        guard case .fail(let failure) = plan.next(after: nil, availability: [full, full], now: start + .seconds(600)) else {
            return #expect(Bool(false))
        }
        #expect(failure.status == 503)
    }

    @Test(arguments: [Availability.Health.dead, .circuitOpen(until: Instant.now + .seconds(60))])
    func `a dead model or a refused key is never tried, and is no lack of capacity`(health: Availability.Health) {
        var plan = plan
        let out = Availability(health: health)
        guard case .fail(let failure) = plan.next(after: nil, availability: [out, out], now: start) else { return #expect(Bool(false)) }
        #expect(failure.kind == .exhausted)
        #expect(failure.status == 502)
    }

    @Test func `while another call probes, a second candidate is used, and without one the call goes along`() {
        var first = plan
        let probing = Availability(health: .probing)
        #expect(first.next(after: nil, availability: [probing, Availability()], now: start) == .attempt(1, freshConnection: false))
        var second = plan
        #expect(second.next(after: nil, availability: [probing, cooling(9)], now: start) == .attempt(0, freshConnection: false))
    }
}
