import Media
import Transport

/// One call on its way through its candidates. A class, for it is large and waits in many frames at once.
///
/// Used by its one task, step by step, and so without run-time checks of exclusivity.
final class DispatchRun {
    let dispatcher: Dispatcher
    let observer: DispatchObserver
    let request: GenerationRequest
    /// The plan's candidates, with what their names lead to.
    let targets: [Target]
    @exclusivity(unchecked) var plan: FallbackPlan
    @exclusivity(unchecked) var crop = DispatchCrop()
    /// Results whose completed event the caller has not seen yet.
    @exclusivity(unchecked) var untold: [DispatchEvent] = []
    /// Jobs to be asked for before anything is decided.
    @exclusivity(unchecked) var jobs: (index: Int, operations: [RemoteOperation])?
    /// Of a request with inputs.
    @exclusivity(unchecked) var preparation: InputPreparation?
    /// The request as a candidate takes it, kept from the first look on.
    @exclusivity(unchecked) var able: (index: Int, adapted: CapabilityFilter.Adapted)?
    /// How the last attempt ended, until that has been judged.
    @exclusivity(unchecked) var last: AttemptOutcome?
    /// Held for the next attempt, or the one that goes on.
    @exclusivity(unchecked) var place: HealthBoard.Place?
    /// As the clock told it when something had been waited for.
    @exclusivity(unchecked) var now: Instant
    /// Why the call has ended; nil: it goes on, or has succeeded.
    @exclusivity(unchecked) var failure: DispatchFailure?

    @inline(never)
    init(
        _ dispatcher: Dispatcher, _ request: GenerationRequest, route: [Candidate], policy: FallbackPolicy,
        deadline: Instant, observer: DispatchObserver, resumption: Resumption?, now: Instant
    ) {
        let route = resumption?.route(route) ?? route
        var targets: [Target] = []
        targets.reserveCapacity(route.count)
        for candidate in route { targets.append(dispatcher.target(of: candidate)) }
        self.targets = targets
        self.dispatcher = dispatcher
        self.observer = observer
        self.now = now
        self.request = request
        var obstacles: [Int: FallbackPlan.Obstacle] = [:]
        for index in targets.indices {
            guard able == nil else {
                obstacles[index] = dispatcher.obstacle(to: request, at: targets[index], policy)
                continue
            }
            switch dispatcher.verdict(on: request, at: targets[index], policy) {
            case .can(let adapted): able = (index, adapted)
            case .cannot(let obstacle): obstacles[index] = obstacle
            }
        }
        if let notice = policy.notice { crop.warnings.append(notice) }
        self.plan = FallbackPlan(
            candidates: route, obstacles: obstacles, policy: policy, deadline: deadline,
            tried: resumption?.tried(of: route) ?? [], maybeBilled: resumption?.maybeBilled ?? false)
        jobs = resumption?.jobs.flatMap { jobs in route.firstIndex(of: jobs.candidate).map { ($0, jobs.operations) } }
    }

    /// Runs the plan to its end, and leaves nothing behind.
    func outcome() async -> DispatchOutcome {
        let outcome = await end()
        if preparation?.hasPublished == true { await withdraw() }
        return outcome
    }

    @inline(never)
    private func withdraw() async {
        await preparation?.withdraw()
    }

    private func end() async -> DispatchOutcome {
        if jobs != nil { await collect() }
        while true {
            switch nextDeed() {
            case .attempt(let index, let fresh): await attempt(index, freshConnection: fresh)
            case .wait(let seat, let ticket): await wait(ticket, at: seat)
            case .end:
                if !untold.isEmpty { await tell() }
                return conclusion()
            }
        }
    }

    private enum Deed {
        case attempt(Int, freshConnection: Bool)
        case wait(seat: Int, ticket: UInt64)
        case end
    }

    /// Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func nextDeed() -> Deed {
        let isFirst = last == nil
        if isFirst, Task.isCancelled { return cancelled() }
        let random = last.isFailure ? dispatcher.environment.random() : 0
        let (outcome, held) = (last.take(), place.take())
        let move = dispatcher.board.decide(&plan, among: targets, after: outcome, holding: held, now: now, random: random)
        switch move {
        case .attempt(let index, let fresh, let held):
            place = held
            return !isFirst && Task.isCancelled ? cancelled() : .attempt(index, freshConnection: fresh)
        case .wait(let seat, let ticket): return .wait(seat: seat, ticket: ticket)
        case .succeed: return .end
        case .fail(let failure):
            self.failure = failure
            return .end
        }
    }

    /// The caller is gone: nothing is held for it, and nothing told.
    private func cancelled() -> Deed {
        if let place { dispatcher.board.abandon(place, now: now) }
        (place, failure, untold) = (nil, .cancelled, [])
        return .end
    }

    @inline(never)
    private func wait(_ ticket: UInt64, at seat: Int) async {
        let isIn = await dispatcher.board.wait(ticket, at: seat, until: plan.deadline, dispatcher.environment)
        place = isIn ? HealthBoard.Place(seat: seat, pass: nil) : nil
        now = dispatcher.environment.now()
    }

    @inline(never)
    private func conclusion() -> DispatchOutcome {
        crop.outcome(of: request.count, failure, passing: plan.skips, of: plan.candidates)
    }
}

extension AttemptOutcome? {
    /// It may lead to a rest, whose length is spread.
    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}

extension DispatchFailure {
    fileprivate static let cancelled = DispatchFailure(.cancelled, message: "The caller went away.")
}
