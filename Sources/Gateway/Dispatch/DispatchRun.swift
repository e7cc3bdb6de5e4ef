import Media
import Transport

/// One call on its way through its candidates. Never copied: it is large, and waits.
struct DispatchRun: ~Copyable {
    private let dispatcher: Dispatcher
    private let observer: DispatchObserver
    private let request: GenerationRequest
    private var plan: FallbackPlan
    private var crop = DispatchCrop()
    /// Results whose completed event the caller has not seen yet.
    private var untold: [DispatchEvent] = []
    /// Jobs to be asked for before anything is decided.
    private var jobs: (index: Int, operations: [RemoteOperation])?
    private var preparation: InputPreparation
    /// The request as a candidate takes it, kept from the first look on.
    private var able: (index: Int, adapted: CapabilityFilter.Adapted)?
    /// How the last attempt ended, until that has been judged.
    private var last: AttemptOutcome?
    /// Held for the next attempt, or the one that goes on.
    private var place: HealthBoard.Place?
    /// Why the call has ended; nil: it goes on, or has succeeded.
    private var failure: DispatchFailure?

    private var policy: FallbackPolicy { plan.policy }

    @inline(never)
    init(
        _ dispatcher: Dispatcher, _ request: GenerationRequest, route: [Candidate], policy: FallbackPolicy,
        deadline: Instant, observer: DispatchObserver, resumption: Resumption
    ) {
        // Jobs are collected even where their maker has left the route.
        let former = resumption.jobs.map(\.candidate).flatMap { route.contains($0) ? nil : $0 }
        let route = former.map { [$0] + route } ?? route
        self.dispatcher = dispatcher
        self.observer = observer
        self.request = request
        var obstacles: [Int: FallbackPlan.Obstacle] = [:]
        for index in route.indices {
            guard able == nil else {
                obstacles[index] = dispatcher.obstacle(to: request, at: route[index], policy)
                continue
            }
            switch dispatcher.verdict(on: request, at: route[index], policy) {
            case .can(let adapted): able = (index, adapted)
            case .cannot(let obstacle): obstacles[index] = obstacle
            }
        }
        if let notice = policy.notice { crop.warnings.append(notice) }
        self.plan = FallbackPlan(
            candidates: route, obstacles: obstacles, policy: policy, deadline: deadline,
            tried: route.indices.filter { resumption.tried.contains(route[$0]) && route[$0] != resumption.jobs?.candidate },
            maybeBilled: resumption.maybeBilled)
        jobs = resumption.jobs.flatMap { jobs in route.firstIndex(of: jobs.candidate).map { ($0, jobs.operations) } }
        self.preparation = InputPreparation(dispatcher.environment)
    }

    /// Runs the plan to its end, and leaves nothing behind.
    mutating func outcome() async -> DispatchOutcome {
        let outcome = await end()
        if preparation.hasPublished { await preparation.withdraw() }
        return outcome
    }

    private mutating func end() async -> DispatchOutcome {
        if jobs != nil { await collect() }
        while true {
            switch nextDeed() {
            case .attempt(let index, let fresh): await attempt(index, freshConnection: fresh)
            case .wait(let provider, let ticket): await wait(ticket, of: provider)
            case .end:
                if !untold.isEmpty { await tell() }
                return conclusion()
            }
        }
    }

    private enum Deed {
        case attempt(Int, freshConnection: Bool)
        case wait(provider: String, ticket: UInt64)
        case end
    }

    /// Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private mutating func nextDeed() -> Deed {
        if Task.isCancelled, last == nil { return cancelled() }
        let environment = dispatcher.environment
        let move = dispatcher.board.decide(&plan, after: last, holding: place, now: environment.now(), random: environment.random())
        (last, place) = (nil, nil)
        switch move {
        case .attempt(let index, let fresh, let held):
            place = held
            return Task.isCancelled ? cancelled() : .attempt(index, freshConnection: fresh)
        case .wait(let provider, let ticket): return .wait(provider: provider, ticket: ticket)
        case .succeed: return .end
        case .fail(let failure):
            self.failure = failure
            return .end
        }
    }

    /// The caller is gone: nothing is held for it, and nothing told.
    private mutating func cancelled() -> Deed {
        if let place { dispatcher.board.abandon(place, now: dispatcher.environment.now()) }
        (place, failure, untold) = (nil, .cancelled, [])
        return .end
    }

    @inline(never)
    private mutating func wait(_ ticket: UInt64, of provider: String) async {
        let isIn = await dispatcher.board.wait(ticket, of: provider, until: plan.deadline, dispatcher.environment)
        place = isIn ? HealthBoard.Place(provider: provider, pass: nil) : nil
    }

    @inline(never)
    private mutating func attempt(_ index: Int, freshConnection: Bool) async {
        guard let able = adapted(at: index), let upstream = dispatcher.upstreams[plan.candidates[index].provider] else {
            return last = .cannot(.missingUpstream)
        }
        var step = able.request
        step.model = plan.candidates[index].upstreamModel
        let bringsInputs = step.bringsInputs
        if bringsInputs, await !prepare(&step, for: able) { return }
        let call = call(to: upstream, at: index, able, told(able), freshConnection: freshConnection)
        if bringsInputs, await !upload(&step, by: call, from: index, able) { return }
        let batch = CallBatch(call: call, board: dispatcher.board, missing: missing, mostPerCall: able.capabilities.maximumCount)
        take(await batch.run(step), from: index, able)
    }

    /// - Returns: whether the inputs are there.
    @inline(never)
    private mutating func prepare(_ step: inout GenerationRequest, for able: CapabilityFilter.Adapted) async -> Bool {
        guard let error = await preparation.prepare(&step, for: able) else { return true }
        // Another provider may take the mask as it is.
        last = error.code == InputPreparation.maskCode ? .cannot(error) : .failed(error)
        return false
    }

    /// - Returns: whether the provider has what it wants beforehand.
    @inline(never)
    private mutating func upload(
        _ step: inout GenerationRequest, by call: UpstreamCall, from index: Int, _ able: CapabilityFilter.Adapted
    ) async -> Bool {
        guard let failed = await call.upload(&step, for: able.capabilities) else { return true }
        take([failed], from: index, able)
        return false
    }

    /// The request as a candidate takes it; nil where it cannot.
    @inline(never)
    private mutating func adapted(at index: Int) -> CapabilityFilter.Adapted? {
        if let able, able.index == index { return able.adapted }
        guard case .can(let adapted) = dispatcher.verdict(on: request, at: plan.candidates[index], policy) else { return nil }
        able = (index, adapted)
        return adapted
    }

    /// What the caller is to know of a candidate's results before there are any.
    private func told(_ able: CapabilityFilter.Adapted) -> [Warning] {
        policy.notice.map { [$0] + able.warnings } ?? able.warnings
    }

    /// Asks for jobs that were accepted before this call began.
    @inline(never)
    private mutating func collect() async {
        guard let (index, operations) = jobs else { return }
        plan.begin(at: index)
        if let upstream = dispatcher.upstreams[plan.candidates[index].provider] {
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
        UpstreamCall(
            upstream: upstream, candidate: plan.candidates[index], environment: dispatcher.environment, observer: observer,
            warnings: warnings,
            submitsJobs: request.operation.isVideo || able.capabilities.submitsJobs, deadline: plan.deadline,
            freshConnection: freshConnection, span: TraceContext.current?.attempt(at: dispatcher.environment.now())
        )
    }

    @inline(never)
    private mutating func take(_ reports: [CallReport], from index: Int, _ able: CapabilityFilter.Adapted) {
        let summary = CallReport.summary(of: reports)
        let candidate = plan.candidates[index]
        let price = dispatcher.price(of: candidate, policy)
        for report in reports {
            let report = report.priced(by: price, able.request).hiding(request.prompt)
            tell(report, of: candidate, able, price)
            crop.take(report, from: candidate, at: index, able.warnings)
        }
        // A provider may give more than it was asked for: nothing is bought beyond the caller's count.
        last = missing == 0 ? .succeeded : summary
    }

    /// Tells whoever follows the call, and keeps a result for a caller who has seen nothing of it.
    private mutating func tell(_ report: CallReport, of candidate: Candidate, _ able: CapabilityFilter.Adapted, _ price: Price?) {
        if let attempt = report.attempt {
            observer.attempted(attempt)
            if let used = observer.used, !attempt.isUnrecorded {
                let (made, assumed) = (report.made, policy.assumedPrice)
                used(candidate, Usage(of: attempt, made: made, asked: report.asked, able.request, price: price, assumed: assumed))
            }
            if let span = report.span { TraceContext.current?.record(attempt, span) }
        }
        guard observer.deliver != nil, !report.delivered, case .success(let result) = report.result else { return }
        untold.append(DispatchEvent(.completed(result), from: candidate, warnings: told(able)))
    }

    private var missing: Int { max(request.count - crop.makers.count, 0) }

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
