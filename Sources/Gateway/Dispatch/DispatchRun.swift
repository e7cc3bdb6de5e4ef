import Media
import Transport

/// One call on its way through its candidates. Never copied: it is large, and waits.
struct DispatchRun: ~Copyable {
    private let dispatcher: Dispatcher
    private let observer: DispatchObserver
    private let request: GenerationRequest
    /// The plan's candidates, with what their names lead to.
    private let targets: [Target]
    private var plan: FallbackPlan
    private var crop = DispatchCrop()
    /// Results whose completed event the caller has not seen yet.
    private var untold: [DispatchEvent] = []
    /// Jobs to be asked for before anything is decided.
    private var jobs: (index: Int, operations: [RemoteOperation])?
    /// Of a request with inputs.
    private var preparation: InputPreparation?
    /// The request as a candidate takes it, kept from the first look on.
    private var able: (index: Int, adapted: CapabilityFilter.Adapted)?
    /// How the last attempt ended, until that has been judged.
    private var last: AttemptOutcome?
    /// Held for the next attempt, or the one that goes on.
    private var place: HealthBoard.Place?
    /// As the clock told it when something had been waited for.
    private var now: Instant
    /// Why the call has ended; nil: it goes on, or has succeeded.
    private var failure: DispatchFailure?

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
    mutating func outcome() async -> DispatchOutcome {
        let outcome = await end()
        if preparation?.hasPublished == true { await preparation?.withdraw() }
        return outcome
    }

    private mutating func end() async -> DispatchOutcome {
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
    private mutating func nextDeed() -> Deed {
        let isFirst = last == nil
        if isFirst, Task.isCancelled { return cancelled() }
        let random = last.isFailure ? dispatcher.environment.random() : 0
        let move = dispatcher.board.decide(&plan, among: targets, after: last, holding: place, now: now, random: random)
        (last, place) = (nil, nil)
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
    private mutating func cancelled() -> Deed {
        if let place { dispatcher.board.abandon(place, now: now) }
        (place, failure, untold) = (nil, .cancelled, [])
        return .end
    }

    @inline(never)
    private mutating func wait(_ ticket: UInt64, at seat: Int) async {
        let isIn = await dispatcher.board.wait(ticket, at: seat, until: plan.deadline, dispatcher.environment)
        place = isIn ? HealthBoard.Place(seat: seat, pass: nil) : nil
        now = dispatcher.environment.now()
    }

    @inline(never)
    private mutating func attempt(_ index: Int, freshConnection: Bool) async {
        guard let able = adapted(at: index), let upstream = targets[index].upstream else { return last = .cannot(.missingUpstream) }
        var step = able.request
        step.model = targets[index].candidate.upstreamModel
        let bringsInputs = step.bringsInputs
        if bringsInputs, await !prepare(&step, for: able) { return }
        let call = call(to: upstream, at: index, able, told(able), freshConnection: freshConnection)
        if bringsInputs, await !upload(&step, by: call, from: index, able) { return }
        if missing > max(able.capabilities.value.maximumCount, 1) {
            return take(await batch(of: call, at: index, able).run(step), from: index, able)
        }
        step.count = max(missing, 1)
        take(await call.run(step, begun: now), from: index, able)
    }

    private func batch(of call: UpstreamCall, at index: Int, _ able: CapabilityFilter.Adapted) -> CallBatch {
        let most = able.capabilities.value.maximumCount
        return CallBatch(call: call, board: dispatcher.board, seat: targets[index].seat, missing: missing, mostPerCall: most)
    }

    /// - Returns: whether the inputs are there.
    @inline(never)
    private mutating func prepare(_ step: inout GenerationRequest, for able: CapabilityFilter.Adapted) async -> Bool {
        var preparation = preparation ?? InputPreparation(dispatcher.environment)
        let error = await preparation.prepare(&step, for: able)
        now = dispatcher.environment.now()
        self.preparation = preparation
        guard let error else { return true }
        // Another provider may take the mask as it is.
        last = error.code == InputPreparation.maskCode ? .cannot(error) : .failed(error)
        return false
    }

    /// - Returns: whether the provider has what it wants beforehand.
    @inline(never)
    private mutating func upload(
        _ step: inout GenerationRequest, by call: UpstreamCall, from index: Int, _ able: CapabilityFilter.Adapted
    ) async -> Bool {
        let failed = await call.upload(&step, for: able.capabilities.value)
        now = dispatcher.environment.now()
        guard let failed else { return true }
        take(failed, from: index, able)
        return false
    }

    /// The request as a candidate takes it; nil where it cannot.
    @inline(never)
    private mutating func adapted(at index: Int) -> CapabilityFilter.Adapted? {
        if let able, able.index == index { return able.adapted }
        guard case .can(let adapted) = dispatcher.verdict(on: request, at: targets[index], plan.policy) else { return nil }
        able = (index, adapted)
        return adapted
    }

    /// What the caller is to know of a candidate's results before there are any.
    private func told(_ able: CapabilityFilter.Adapted) -> [Warning] {
        plan.policy.notice.map { [$0] + able.warnings } ?? able.warnings
    }

    /// Asks for jobs that were accepted before this call began.
    @inline(never)
    private mutating func collect() async {
        guard let (index, operations) = jobs else { return }
        plan.begin(at: index)
        if let upstream = targets[index].upstream {
            await collect(operations, from: index, at: upstream)
        } else {
            last = .failed(.missingUpstream.afterAcceptance, isJob: true, delivered: false)
        }
        if Task.isCancelled { last = .failed(UpstreamError(.cancelled, .mayHaveStarted, message: "cancelled")) }
    }

    private mutating func collect(_ operations: [RemoteOperation], from index: Int, at upstream: Upstream) async {
        // What its maker could not take any more is its maker's all the same.
        let able = adapted(at: index) ?? CapabilityFilter.Adapted(request)
        let call = call(to: upstream, at: index, able, able.warnings, freshConnection: false)
        let share = (missing + operations.count - 1) / max(operations.count, 1)
        let reports = await withTaskGroup(of: CallReport.self) { group in
            for (index, operation) in operations.enumerated() {
                let call = call.part(index)
                group.addTask { await call.resume(operation, asked: share) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        take(reports, from: index, able)
    }

    @inline(never)
    private func call(
        to upstream: Upstream, at index: Int, _ able: CapabilityFilter.Adapted, _ warnings: [Warning], freshConnection: Bool
    ) -> UpstreamCall {
        let trace = TraceContext.current
        return UpstreamCall(
            upstream: upstream, candidate: targets[index].candidate, environment: dispatcher.environment, observer: observer,
            warnings: warnings, submitsJobs: request.operation.isVideo || able.capabilities.value.submitsJobs, deadline: plan.deadline,
            freshConnection: freshConnection, span: trace?.attempt(at: now), trace: trace)
    }

    @inline(never)
    private mutating func take(_ reports: [CallReport], from index: Int, _ able: CapabilityFilter.Adapted) {
        now = dispatcher.environment.now()
        for report in reports { keep(report, from: index, able) }
        // A provider may give more than it was asked for: nothing is bought beyond the caller's count.
        last = missing == 0 ? .succeeded : CallReport.summary(of: reports)
    }

    /// The same of an attempt that was one call.
    @inline(never)
    private mutating func take(_ report: CallReport, from index: Int, _ able: CapabilityFilter.Adapted) {
        now = dispatcher.environment.now()
        keep(report, from: index, able)
        last = missing == 0 ? .succeeded : report.outcome(delivered: report.delivered)
    }

    private mutating func keep(_ report: CallReport, from index: Int, _ able: CapabilityFilter.Adapted) {
        let price = plan.policy.price ?? targets[index].price
        let report = report.priced(by: price, able.request).hiding(request.prompt)
        tell(report, of: targets[index].candidate, able, price)
        crop.take(report, at: index, able.warnings)
    }

    /// Tells whoever follows the call, and keeps a result for a caller who has seen nothing of it.
    private mutating func tell(_ report: CallReport, of candidate: Candidate, _ able: CapabilityFilter.Adapted, _ price: Price?) {
        if let attempt = report.attempt {
            observer.attempted(attempt)
            if let used = observer.used, !attempt.isUnrecorded {
                let (made, assumed) = (report.made, plan.policy.assumedPrice)
                used(candidate, Usage(of: attempt, made: made, asked: report.asked, able.request, price: price, assumed: assumed))
            }
            if let span = report.span { TraceContext.current?.record(attempt, span) }
        }
        guard observer.deliver != nil, !report.delivered, case .success(let result) = report.result else { return }
        untold.append(DispatchEvent(.completed(result), from: candidate, warnings: told(able)))
    }

    private var missing: Int { max(request.count - crop.count, 0) }

    @inline(never)
    private mutating func tell() async {
        guard let deliver = observer.deliver else { return }
        for event in untold { await deliver(event) }
        untold = []
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

extension GenerationRequest {
    /// Something that is given to a provider beside the words.
    fileprivate var bringsInputs: Bool { !inputs.isEmpty || mask != nil || source != nil }
}

extension UpstreamError {
    fileprivate static let missingUpstream = UpstreamError(.invalidRequest, .notSent, message: "there is no provider of this name")
}

extension DispatchFailure {
    fileprivate static let cancelled = DispatchFailure(.cancelled, message: "The caller went away.")
}
