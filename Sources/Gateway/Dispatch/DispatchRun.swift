import Media
import Transport

/// One call on its way through its candidates. Never copied: it is large, and waits.
struct DispatchRun: ~Copyable {
    private let dispatcher: Dispatcher
    private let observer: DispatchObserver
    private let request: GenerationRequest
    private let policy: FallbackPolicy
    private var plan: FallbackPlan
    private var crop = DispatchCrop()
    /// Results whose completed event the caller has not seen yet.
    private var untold: [DispatchEvent] = []
    /// Jobs to be asked for before anything is decided.
    private var jobs: (index: Int, operations: [RemoteOperation])?
    private var preparation: InputPreparation
    /// The request as a candidate takes it, kept from the first look on.
    private var able: (index: Int, adapted: CapabilityFilter.Adapted)?

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
        self.policy = policy
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
        let environment = dispatcher.environment
        var last: AttemptOutcome?
        var place: HealthBoard.Place?
        if let jobs {
            plan.begin(at: jobs.index)
            last = await collect(jobs.operations, from: jobs.index)
            if Task.isCancelled { last = .failed(UpstreamError(.cancelled, .mayHaveStarted, message: "cancelled")) }
        }
        while true {
            if Task.isCancelled, last == nil {
                if let place { dispatcher.board.abandon(place, now: environment.now()) }
                return conclusion(failure: .cancelled)
            }
            let move = dispatcher.board.decide(
                &plan, after: last, holding: place, now: environment.now(), random: environment.random())
            (last, place) = (nil, nil)
            switch move {
            case .attempt(let index, let fresh, let held):
                guard !Task.isCancelled else {
                    dispatcher.board.abandon(held, now: environment.now())
                    return conclusion(failure: .cancelled)
                }
                last = await attempt(index, freshConnection: fresh)
                place = held
            case .wait(let provider, let ticket):
                let isIn = await dispatcher.board.wait(ticket, of: provider, until: plan.deadline, environment)
                place = isIn ? HealthBoard.Place(provider: provider, pass: nil) : nil
            case .succeed:
                if !untold.isEmpty { await tell() }
                return conclusion(failure: nil)
            case .fail(let failure):
                if !untold.isEmpty { await tell() }
                return conclusion(failure: failure)
            }
        }
    }

    @inline(never)
    private mutating func attempt(_ index: Int, freshConnection: Bool) async -> AttemptOutcome {
        let candidate = plan.candidates[index]
        guard let able = adapted(at: index), let upstream = dispatcher.upstreams[candidate.provider] else {
            return .cannot(.missingUpstream)
        }
        var step = able.request
        step.model = candidate.upstreamModel
        let bringsInputs = step.bringsInputs
        if bringsInputs, let error = await preparation.prepare(&step, for: able) {
            // Another provider may take the mask as it is.
            return error.code == InputPreparation.maskCode ? .cannot(error) : .failed(error)
        }
        let call = call(to: upstream, candidate, able, told(able), freshConnection: freshConnection)
        if bringsInputs, let failed = await call.upload(&step, for: able.capabilities) { return take([failed], from: index, able) }
        let batch = CallBatch(call: call, board: dispatcher.board, missing: missing, mostPerCall: able.capabilities.maximumCount)
        return take(await batch.run(step), from: index, able)
    }

    /// The request as a candidate takes it; nil where it cannot.
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
    private mutating func collect(_ operations: [RemoteOperation], from index: Int) async -> AttemptOutcome {
        let candidate = plan.candidates[index]
        guard let upstream = dispatcher.upstreams[candidate.provider] else {
            return .failed(.missingUpstream.afterAcceptance, isJob: true, delivered: false)
        }
        // What its maker could not take any more is its maker's all the same.
        let able = adapted(at: index) ?? CapabilityFilter.Adapted(request)
        let call = call(to: upstream, candidate, able, able.warnings, freshConnection: false)
        let share = (missing + operations.count - 1) / max(operations.count, 1)
        let reports = await withTaskGroup(of: CallReport.self) { group in
            for (index, operation) in operations.enumerated() {
                let call = call.part(index)
                group.addTask { await call.resume(operation, asked: share) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return take(reports, from: index, able)
    }

    private func call(
        to upstream: Upstream, _ candidate: Candidate, _ able: CapabilityFilter.Adapted, _ warnings: [Warning], freshConnection: Bool
    ) -> UpstreamCall {
        UpstreamCall(
            upstream: upstream, candidate: candidate, environment: dispatcher.environment, observer: observer, warnings: warnings,
            submitsJobs: request.operation.isVideo || able.capabilities.submitsJobs, deadline: plan.deadline,
            freshConnection: freshConnection, span: TraceContext.current?.attempt(at: dispatcher.environment.now())
        )
    }

    private mutating func take(_ reports: consuming [CallReport], from index: Int, _ able: CapabilityFilter.Adapted) -> AttemptOutcome {
        let summary = CallReport.summary(of: reports)
        let candidate = plan.candidates[index]
        let price = dispatcher.price(of: candidate, policy)
        for place in reports.indices {
            reports[place].price(by: price, able.request)
            reports[place].hide(request.prompt)
            tell(reports[place], of: candidate, able, price)
            crop.take(reports[place], from: candidate, at: index, able.warnings)
        }
        // A provider may give more than it was asked for: nothing is bought beyond the caller's count.
        return missing == 0 ? .succeeded : summary
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

    private func conclusion(failure: DispatchFailure?) -> DispatchOutcome {
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
