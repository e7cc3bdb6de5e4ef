import Media

/// One call on its way through its candidates.
struct DispatchRun {
    private let dispatcher: Dispatcher
    private let observer: DispatchObserver
    private let request: GenerationRequest
    private let policy: FallbackPolicy
    private var plan: FallbackPlan
    private var ledger: [(index: Int, attempt: Attempt)] = []
    private var results: [GenerationResult] = []
    /// Results whose completed event the caller has not seen yet.
    private var untold: [DispatchEvent] = []
    private var warnings: [Warning] = []
    private var winner: Candidate?
    private var makers: [Candidate] = []
    private var operation: RemoteOperation?
    private var sent = 0
    /// Jobs to be asked for before anything is decided.
    private var jobs: (index: Int, operations: [RemoteOperation])?
    private var preparation: InputPreparation

    init(
        _ dispatcher: Dispatcher, _ request: GenerationRequest, route: [Candidate], policy: FallbackPolicy,
        deadline: ContinuousClock.Instant, observer: DispatchObserver, resumption: Resumption
    ) {
        // Jobs are collected even where their maker has left the route.
        let former = resumption.jobs.map(\.candidate).flatMap { route.contains($0) ? nil : $0 }
        let route = (former.map { [$0] } ?? []) + route
        self.dispatcher = dispatcher
        self.observer = observer
        self.request = request
        self.policy = policy
        var obstacles: [Int: FallbackPlan.Obstacle] = [:]
        for (index, candidate) in route.enumerated() {
            obstacles[index] = dispatcher.obstacle(to: request, at: candidate, policy)
        }
        warnings = [policy.notice].compactMap(\.self)
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
        await preparation.withdraw()
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
                await tell()
                return conclusion(failure: nil)
            case .fail(let failure):
                await tell()
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
        if let error = await preparation.prepare(&step, for: able) {
            // Another provider may take the mask as it is.
            return error.code == InputPreparation.maskCode ? .cannot(error) : .failed(error)
        }
        let call = call(to: upstream, candidate, [policy.notice].compactMap(\.self) + able.warnings, freshConnection: freshConnection)
        if let failed = await call.upload(&step, for: able.capabilities) { return take([failed], from: index, able.warnings) }
        let batch = CallBatch(call: call, board: dispatcher.board, missing: missing, mostPerCall: able.capabilities.maximumCount)
        return take(await batch.run(step), from: index, able.warnings)
    }

    /// The request as a candidate takes it; nil where it cannot.
    private func adapted(at index: Int) -> CapabilityFilter.Adapted? {
        switch dispatcher.verdict(on: request, at: plan.candidates[index], policy) {
        case .can(let able): able
        case .cannot: nil
        }
    }

    /// Asks for jobs that were accepted before this call began.
    @inline(never)
    private mutating func collect(_ operations: [RemoteOperation], from index: Int) async -> AttemptOutcome {
        let candidate = plan.candidates[index]
        guard let upstream = dispatcher.upstreams[candidate.provider] else {
            return .failed(.missingUpstream.afterAcceptance, isJob: true, delivered: false)
        }
        let call = call(to: upstream, candidate, adapted(at: index)?.warnings ?? [], freshConnection: false)
        let reports = await withTaskGroup(of: CallReport.self) { group in
            for (index, operation) in operations.enumerated() {
                let call = call.part(index)
                group.addTask { await call.resume(operation) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return take(reports, from: index, call.warnings)
    }

    private func call(to upstream: Upstream, _ candidate: Candidate, _ warnings: [Warning], freshConnection: Bool) -> UpstreamCall {
        UpstreamCall(
            upstream: upstream, candidate: candidate, environment: dispatcher.environment, observer: observer, warnings: warnings,
            deadline: plan.deadline, freshConnection: freshConnection, span: TraceContext.current?.attempt(at: dispatcher.environment.now())
        )
    }

    private mutating func take(_ reports: [CallReport], from index: Int, _ lost: [Warning]) -> AttemptOutcome {
        let candidate = plan.candidates[index]
        for report in reports {
            sent += report.sends
            let report = priced(report, from: index).hiding(request.prompt)
            if let attempt = report.attempt {
                ledger.append((index, attempt))
                observer.attempted(attempt)
                observer.used?(candidate, usage(of: attempt, report, at: index))
                if let span = report.span { TraceContext.current?.record(attempt, span) }
            }
            guard case .success(let result) = report.result else { continue }
            results.append(result)
            makers += Array(repeating: candidate, count: result.assets.count)
            if !report.delivered {
                let told = [policy.notice].compactMap(\.self) + lost
                untold.append(DispatchEvent(.completed(result), from: candidate, warnings: told))
            }
            warnings += (lost + result.warnings).filter { !warnings.contains($0) }
            winner = candidate
            operation = result.origin ?? report.operation
        }
        // A provider may give more than it was asked for: nothing is bought beyond the caller's count.
        return missing == 0 ? .succeeded : CallReport.summary(of: reports)
    }

    /// With a cost by the price that is known, where the provider tells none that can be.
    private func priced(_ report: CallReport, from index: Int) -> CallReport {
        guard case .success(var result) = report.result else { return report }
        if let cost = result.cost, (0...Self.mostCost).contains(cost) { return report }
        let price = dispatcher.price(of: plan.candidates[index], policy)
        result.cost = price?.cost(of: result.assets.count, adapted(at: index)?.request ?? request)
        var report = report
        report.attempt?.cost = result.cost
        report.result = .success(result)
        return report
    }

    private func usage(of attempt: Attempt, _ report: CallReport, at index: Int) -> Usage {
        let made: Int
        switch report.result {
        case .success(let result): made = result.assets.count
        case .failure: made = 0
        }
        let price = dispatcher.price(of: plan.candidates[index], policy)
        let asked = adapted(at: index)?.request ?? request
        return Usage(of: attempt, made: made, asked: report.asked, asked, price: price, assumed: policy.assumedPrice)
    }

    /// Of one call, in USD: what is told above it is a mistake.
    private static let mostCost = 10_000.0

    private var missing: Int { max(request.count - results.reduce(0) { $0 + $1.assets.count }, 0) }

    @inline(never)
    private mutating func tell() async {
        guard let deliver = observer.deliver else { return }
        for event in untold { await deliver(event) }
        untold = []
    }

    /// What was paid for is handed over, even when the rest failed.
    private func conclusion(failure: DispatchFailure?) -> DispatchOutcome {
        var outcome = DispatchOutcome(
            result: .failure(failure ?? DispatchFailure(.exhausted, message: "No provider of this model could do it.")),
            attempts: attempts(failed: failure != nil), warnings: warnings, winner: winner, makers: makers,
            operation: operation, upstreamRequestCount: sent)
        // Of a caller who is gone nobody wants anything; of a disk that takes no writes the results are still the caller's.
        let isCallerGone = failure?.kind == .cancelled && failure?.isUnrecorded != true
        guard !isCallerGone, let result = GenerationResult(merging: results) else { return outcome }
        let got = result.assets.count
        if got < request.count {
            let reason = failure.map { ": \($0.message)" } ?? ""
            outcome.warnings.append(Warning(field: "n", message: "asked for \(request.count), got \(got)\(reason)"))
        }
        outcome.result = .success(result)
        return outcome
    }

    /// The ledger with the skipped candidates where they stand in the route.
    private func attempts(failed: Bool) -> [Attempt] {
        var skips = plan.skips.sorted { $0.key < $1.key }[...]
        func skipped(before index: Int) -> [Attempt] {
            let passed = skips.prefix { $0.key < index }
            skips = skips.dropFirst(passed.count)
            return passed.map { index, reason in
                Attempt(candidate: plan.candidates[index], outcome: .skipped(reason: reason), duration: .zero, billed: .no)
            }
        }
        var attempts: [Attempt] = []
        for entry in ledger { attempts += skipped(before: entry.index) + [entry.attempt] }
        return failed ? attempts + skipped(before: plan.candidates.count) : attempts
    }
}

extension UpstreamError {
    fileprivate static let missingUpstream = UpstreamError(.invalidRequest, .notSent, message: "there is no provider of this name")
}

extension DispatchFailure {
    fileprivate static let cancelled = DispatchFailure(.cancelled, message: "The caller went away.")
}
