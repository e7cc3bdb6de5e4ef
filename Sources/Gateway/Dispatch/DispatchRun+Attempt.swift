import Media
import Transport

extension DispatchRun {
    /// What waits is small: the rest is in functions of their own, whose values do not wait.
    @inline(never)
    func attempt(_ index: Int, freshConnection: Bool) async {
        guard let able = adapted(at: index), let upstream = targets[index].upstream else { return failUnasked() }
        if request.bringsInputs { return await attemptWithInputs(able, at: index, upstream, freshConnection) }
        let call = call(to: upstream, at: index, able, told(able), freshConnection: freshConnection)
        if missing > mostPerCall(able) { return await attempt(step(able, at: index), by: call, from: index) }
        await run(call, step(able, at: index), from: index)
    }

    @inline(never)
    private func failUnasked() {
        last = .cannot(.missingUpstream)
    }

    /// As one call that is to make all that is missing.
    @inline(__always)
    private func run(_ call: UpstreamCall, _ step: consuming GenerationRequest, from index: Int) async {
        step.count = max(missing, 1)
        take(await call.run(step, begun: now), from: index)
    }

    @inline(never)
    private func attemptWithInputs(
        _ able: CapabilityFilter.Adapted, at index: Int, _ upstream: Upstream, _ freshConnection: Bool
    ) async {
        var step = step(able, at: index)
        guard await prepare(&step, for: able) else { return }
        let call = call(to: upstream, at: index, able, told(able), freshConnection: freshConnection)
        guard await upload(&step, by: call, from: index, for: able) else { return }
        if missing > mostPerCall(able) { return await attempt(step, by: call, from: index) }
        await run(call, step, from: index)
    }

    /// As several calls.
    @inline(never)
    private func attempt(_ step: GenerationRequest, by call: UpstreamCall, from index: Int) async {
        guard let able = adapted(at: index) else { return }
        let most = able.capabilities.value.maximumCount
        let batch = CallBatch(call: call, board: dispatcher.board, seat: targets[index].seat, missing: missing, mostPerCall: most)
        take(await batch.run(step), from: index)
    }

    private func mostPerCall(_ able: CapabilityFilter.Adapted) -> Int { max(able.capabilities.value.maximumCount, 1) }

    @inline(never)
    private func step(_ able: CapabilityFilter.Adapted, at index: Int) -> GenerationRequest {
        var step = able.request
        step.model = targets[index].candidate.upstreamModel
        return step
    }

    /// - Returns: whether the inputs are there.
    @inline(never)
    private func prepare(_ step: inout GenerationRequest, for able: CapabilityFilter.Adapted) async -> Bool {
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
    private func upload(
        _ step: inout GenerationRequest, by call: UpstreamCall, from index: Int, for able: CapabilityFilter.Adapted
    ) async -> Bool {
        let failed = await call.upload(&step, for: able.capabilities.value)
        now = dispatcher.environment.now()
        guard let failed else { return true }
        take(failed, from: index)
        return false
    }

    /// The request as a candidate takes it; nil where it cannot.
    @inline(never)
    func adapted(at index: Int) -> CapabilityFilter.Adapted? {
        if let able, able.index == index { return able.adapted }
        guard case .can(let adapted) = dispatcher.verdict(on: request, at: targets[index], plan.policy) else { return nil }
        able = (index, adapted)
        return adapted
    }

    /// What the caller is to know of a candidate's results before there are any.
    func told(_ able: CapabilityFilter.Adapted) -> [Warning] {
        plan.policy.notice.map { [$0] + able.warnings } ?? able.warnings
    }

    /// A call of the attempt, ready to run.
    @inline(never)
    func call(
        to upstream: Upstream, at index: Int, _ able: CapabilityFilter.Adapted, _ warnings: [Warning], freshConnection: Bool
    ) -> UpstreamCall {
        let trace = TraceContext.current
        return UpstreamCall(
            upstream: upstream, target: targets[index], environment: dispatcher.environment, observer: observer,
            warnings: warnings, submitsJobs: request.operation.isVideo || able.capabilities.value.submitsJobs, deadline: plan.deadline,
            freshConnection: freshConnection, span: trace?.attempt(at: now), trace: trace)
    }
}

extension GenerationRequest {
    /// Something that is given to a provider beside the words.
    @inline(never)
    fileprivate var bringsInputs: Bool { !inputs.isEmpty || mask != nil || source != nil }
}

extension UpstreamError {
    /// The route names a provider that is not configured.
    static let missingUpstream = UpstreamError(.invalidRequest, .notSent, message: "there is no provider of this name")
}
