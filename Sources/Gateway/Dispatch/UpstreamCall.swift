import HTTP
import Media

/// One generation at one provider, from submit to result. It never sends a submit twice.
struct UpstreamCall: Sendable {
    /// Who is asked.
    let upstream: Upstream
    /// For the ledger.
    let candidate: Candidate
    /// Time and work off the loop.
    let environment: DispatchEnvironment
    /// Told of events and accepted jobs.
    let observer: DispatchObserver
    /// Of the candidate, told with its events.
    let warnings: [Warning]
    /// Of the whole call.
    let deadline: ContinuousClock.Instant
    /// No pooled connection: the last one was stale.
    let freshConnection: Bool

    /// What an exchange meant.
    struct Meaning {
        var result: Result<Generation, UpstreamError>
        /// HTTP status where there was an answer.
        var status: Int?
        var isUnsayable = false
        var delivered = false
    }

    /// - Parameter request: as the provider takes it.
    func run(_ request: GenerationRequest) async -> CallReport {
        let begun = environment.now()
        let submitted = await exchange(.start(request))
        if submitted.isUnsayable, case .failure(let error) = submitted.result {
            return CallReport(result: .failure(error), attempt: nil, isJob: false, delivered: false, sends: 0)
        }
        var isJob = upstream.provider.capabilities(for: candidate.upstreamModel).submitsJobs
        var result: Result<GenerationResult, UpstreamError>
        switch submitted.result {
        case .success(.completed(let made)): result = .success(made)
        case .success(.cancelled): result = .failure(.cancelledThere)
        case .success(.pending(let operation, _, let pollAfter)):
            isJob = true
            await observer.accepted(candidate, operation)
            result = await collect(operation, pollAfter: pollAfter)
        case .failure(let error): result = .failure(error)
        }
        if case .success(let made) = result, made.assets.isEmpty { result = .failure(.empty(status: submitted.status)) }
        let attempt = entry(result, status: submitted.status ?? 200, isJob: isJob, begun: begun)
        return CallReport(result: result, attempt: attempt, isJob: isJob, delivered: submitted.delivered, sends: 1)
    }

    /// One request and what its answer means.
    func exchange(_ step: Step, deadline latest: ContinuousClock.Instant? = nil) async -> Meaning {
        let request: UpstreamRequest
        do throws(UpstreamError) {
            request = try upstream.provider.request(for: step)
        } catch {
            return Meaning(result: .failure(error.neverSent), isUnsayable: true)
        }
        let end = min(environment.now() + upstream.settings.timeout, latest ?? deadline)
        let answer = await upstream.transport.send(
            request, for: upstream.settings, freshConnection: freshConnection, deadline: end)
        switch answer {
        case .failure(let error): return Meaning(result: .failure(named(error, deadline: end)))
        case .success(.whole(let response)): return meaning(of: response, at: step)
        case .success(.events(let events)): return await meaning(of: events, at: step, deadline: end)
        }
    }

    private func meaning(of response: UpstreamResponse, at step: Step) -> Meaning {
        do throws(UpstreamError) {
            return Meaning(result: .success(try upstream.provider.generation(from: response, at: step)), status: response.status.code)
        } catch {
            return Meaning(result: .failure(error), status: response.status.code)
        }
    }

    /// Tells a timeout from a reset where the transport did not.
    func named(_ error: UpstreamError, deadline end: ContinuousClock.Instant) -> UpstreamError {
        var error = error
        if Task.isCancelled, error.kind == .unknownOutcome { error.kind = .cancelled }
        guard error.kind == .unknownOutcome, error.status == nil, error.code == nil else { return error }
        error.code = environment.now() >= end ? "timeout" : "reset"
        return error
    }

    private func entry(
        _ result: Result<GenerationResult, UpstreamError>, status: Int, isJob: Bool, begun: ContinuousClock.Instant
    ) -> Attempt {
        let duration = begun.duration(to: environment.now())
        switch result {
        case .success(let made):
            return Attempt(
                candidate: candidate, outcome: .succeeded(status: status), duration: duration, cost: made.cost, billed: .yes)
        case .failure(let error):
            let wasAccepted = isJob && error.progress == .mayHaveStarted
            return Attempt(candidate: candidate, outcome: .failed(error), duration: duration, billed: error.billed(isJob: wasAccepted))
        }
    }
}

extension UpstreamError {
    fileprivate static let cancelledThere = UpstreamError(.jobRejected, .mayHaveStarted, message: "The provider cancelled the job.")

    fileprivate static func empty(status: Int?) -> UpstreamError {
        UpstreamError(.invalidAnswer, .mayHaveStarted, status: status, message: "The provider answered without any result.")
    }

    /// A provider may throw with the default progress; before the request there was none.
    fileprivate var neverSent: UpstreamError {
        var error = self
        error.progress = .notSent
        return error
    }
}
