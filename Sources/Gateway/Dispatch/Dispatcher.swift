package import Media
package import Transport

/// Runs fallback plans: the one place that sends, waits, polls and moves on.
package final class Dispatcher: Sendable {
    /// By provider name.
    package let upstreams: [String: Upstream]
    /// Shared with every other loop.
    package let board: HealthBoard
    /// Time, chance, and work off the loop.
    package let environment: DispatchEnvironment
    private let targets = TargetCache()

    /// - Parameter upstreams: by provider name.
    package init(upstreams: [String: Upstream], board: HealthBoard, environment: DispatchEnvironment) {
        self.upstreams = upstreams
        self.board = board
        self.environment = environment
    }

    /// A candidate with what its names lead to.
    package func target(of candidate: Candidate) -> Target {
        targets.target(of: candidate) {
            Target(candidate, upstreams[candidate.provider], seat: board.seat(of: candidate.provider))
        }
    }

    /// Gets a request done by the first candidate that can and will. Cancelling the task cancels the upstream call.
    /// - Parameters:
    ///   - route: the model's candidates in the configured order, before the caller's own wishes.
    ///   - deadline: for the whole call, where it is sooner than the policy's.
    ///   - resumption: what the call has behind it.
    @inline(__always)
    package func dispatch(
        _ request: GenerationRequest, route: [Candidate], policy: consuming FallbackPolicy = FallbackPolicy(),
        deadline: Instant? = nil, observer: DispatchObserver = DispatchObserver(), resumption: consuming Resumption? = nil
    ) async -> DispatchOutcome {
        await run(request, route: route, policy: policy, deadline: deadline, observer: observer, resumption: resumption).outcome()
    }

    /// The same, not yet on its way.
    /// Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    func run(
        _ request: GenerationRequest, route: [Candidate], policy: consuming FallbackPolicy, deadline: Instant? = nil,
        observer: DispatchObserver, resumption: consuming Resumption? = nil
    ) -> DispatchRun {
        let now = environment.now()
        let latest = now + policy.deadline
        return DispatchRun(
            self, request, route: request.candidates(of: route), policy: policy, deadline: min(deadline ?? latest, latest),
            observer: observer, resumption: resumption, now: now)
    }

    /// The same, told event by event: candidates may change until the first event has been delivered, and a
    /// provider that does not stream gives only `.completed`.
    package func dispatchStream(
        _ request: GenerationRequest, route: [Candidate], policy: FallbackPolicy = FallbackPolicy(),
        deadline: Instant? = nil, deliver: @escaping @Sendable (DispatchEvent) async -> Void
    ) async -> DispatchOutcome {
        await dispatch(request, route: route, policy: policy, deadline: deadline, observer: DispatchObserver(deliver: deliver))
    }

    /// Tells a provider to stop its jobs, where it can be told.
    func cancel(_ operations: [RemoteOperation], at candidate: Candidate) async {
        let target = target(of: candidate)
        guard let upstream = target.upstream else { return }
        let call = UpstreamCall(
            upstream: upstream, target: target, environment: environment, observer: DispatchObserver(), warnings: [],
            deadline: environment.now(), freshConnection: false)
        for operation in operations { await call.cancel(operation) }
    }

    /// How the candidates of a route would fare now; nothing is sent.
    package func prospects(
        of request: GenerationRequest, route: [Candidate], policy: FallbackPolicy = FallbackPolicy()
    ) -> [Prospect] {
        let candidates = request.candidates(of: route)
        let availability = board.availability(of: candidates, now: environment.now())
        return zip(candidates, availability).map { candidate, availability in
            return Prospect(
                candidate: candidate, verdict: verdict(on: request, at: target(of: candidate), policy), availability: availability,
                price: price(of: candidate, policy))
        }
    }

    /// The operator's price of the model, else what is known of the candidate; nil: unknown.
    func price(of candidate: Candidate, _ policy: FallbackPolicy) -> Price? {
        policy.price ?? target(of: candidate).price
    }

    /// What a call may cost, by the dearest of the candidates that it can come to, as each would make it.
    func estimate(of request: GenerationRequest, route: [Candidate], policy: FallbackPolicy) -> Amount {
        let candidates = request.candidates(of: route)
        let able = candidates.compactMap { candidate -> (candidate: Candidate, request: GenerationRequest)? in
            guard case .can(let able) = verdict(on: request, at: target(of: candidate), policy) else { return nil }
            return (candidate, able.request)
        }
        // A task that is gone on with is not looked at with its inputs: no candidate may seem to be able.
        let orders = able.isEmpty ? candidates.map { ($0, request) } : Array(able.prefix(policy.allowsFallbacks ? able.count : 1))
        let costs = orders.map { candidate, order in
            policy.assumedPrice.cost(of: request.count, order, price: price(of: candidate, policy))
        }
        return Amount(dollars: costs.max() ?? 0)
    }

    /// One line of a dry run.
    package struct Prospect: Sendable {
        package var candidate: Candidate
        package var verdict: CapabilityFilter.Verdict
        package var availability: Availability
        /// nil: unknown.
        package var price: Price?
    }

    /// Whether a candidate can honour the request, and what it would get; an unknown provider cannot.
    func verdict(on request: GenerationRequest, at target: Target, _ policy: FallbackPolicy) -> CapabilityFilter.Verdict {
        switch ground(for: request, at: target, policy) {
        case .cannot(let obstacle): .cannot(obstacle)
        case .can(let capabilities): CapabilityFilter.verdict(on: request, with: capabilities)
        }
    }

    /// The same without what it would get.
    func obstacle(to request: GenerationRequest, at target: Target, _ policy: FallbackPolicy) -> FallbackPlan.Obstacle? {
        switch ground(for: request, at: target, policy) {
        case .cannot(let obstacle): obstacle
        case .can(let capabilities): CapabilityFilter.obstacle(to: request, with: capabilities)
        }
    }

    private enum Ground {
        case can(SharedCapabilities)
        case cannot(FallbackPlan.Obstacle)
    }

    /// What is to be compared with the request, or what rules the candidate out beforehand.
    private func ground(for request: GenerationRequest, at target: Target, _ policy: FallbackPolicy) -> Ground {
        if let operations = policy.operations, !operations.contains(request.operation) {
            return .cannot(.init("the model has no operation \(request.operation.rawValue)"))
        }
        guard let capabilities = target.capabilities(for: request.operation) else {
            return .cannot(.init("there is no provider of this name"))
        }
        if !environment.canPublish, let obstacle = request.unpublishedInput(for: capabilities) { return .cannot(obstacle) }
        return .can(capabilities)
    }
}

extension GenerationRequest {
    /// An input that a provider would take by a public address alone, and that has none.
    fileprivate func unpublishedInput(for shared: SharedCapabilities) -> FallbackPlan.Obstacle? {
        func obstacle(_ field: String, _ noun: String) -> FallbackPlan.Obstacle {
            FallbackPlan.Obstacle(field: field, "it takes \(noun) by public address alone, and this gateway has none")
        }
        let (imageForm, videoForm) = (shared.value.inputForm, shared.value.videoForm ?? shared.value.inputForm)
        if imageForm == .address {
            if inputs.contains(where: { !$0.isURL }) { return obstacle("image", "images") }
            if let mask, !mask.isURL { return obstacle("mask", "masks") }
        }
        if videoForm == .address, case .given(let video) = source, !video.isURL {
            return obstacle("video", "videos")
        }
        return nil
    }
}
