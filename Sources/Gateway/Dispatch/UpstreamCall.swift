import HTTP
import Media
import Synchronization
import Transport

/// One generation at one provider, from submit to result. It never sends a submit twice.
/// A class, for it waits in many frames at once.
final class UpstreamCall: Sendable {
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
    /// Its submit makes a job, or may make one.
    let submitsJobs: Bool
    /// Of the whole call.
    let deadline: Instant
    /// No pooled connection: the last one was stale.
    let freshConnection: Bool
    /// Of the attempt, in a trace that is exported.
    let span: AttemptSpan?

    init(
        upstream: Upstream, candidate: Candidate, environment: DispatchEnvironment, observer: DispatchObserver, warnings: [Warning],
        submitsJobs: Bool = false, deadline: Instant, freshConnection: Bool, span: AttemptSpan? = nil
    ) {
        self.upstream = upstream
        self.candidate = candidate
        self.environment = environment
        self.observer = observer
        self.warnings = warnings
        self.submitsJobs = submitsJobs
        self.deadline = deadline
        self.freshConnection = freshConnection
        self.span = span
    }

    /// The same over another connection, or under another span.
    func copy(freshConnection: Bool, span: AttemptSpan?) -> UpstreamCall {
        UpstreamCall(
            upstream: upstream, candidate: candidate, environment: environment, observer: observer, warnings: warnings,
            submitsJobs: submitsJobs, deadline: deadline, freshConnection: freshConnection, span: span)
    }

    /// What an exchange meant.
    /// A class, for it is large and handed through waiting frames.
    final class Meaning: Sendable {
        let result: Result<Generation, UpstreamError>
        /// HTTP status where there was an answer.
        let status: Int?
        let isUnsayable: Bool
        let delivered: Bool

        init(result: Result<Generation, UpstreamError>, status: Int? = nil, isUnsayable: Bool = false, delivered: Bool = false) {
            self.result = result
            self.status = status
            self.isUnsayable = isUnsayable
            self.delivered = delivered
        }

        /// A job was accepted.
        var isPending: Bool {
            if case .success(.pending) = result { true } else { false }
        }
    }

    /// - Parameter request: as the provider takes it.
    @inline(never)
    func run(_ request: GenerationRequest) async -> CallReport {
        let begun = environment.now()
        let submitted = await isStoppable ? submitToEnd(request) : exchange(.start(request))
        return submitted.isPending ? await followed(submitted, begun: begun) : ended(submitted, begun: begun)
    }

    /// What came of a submit that was answered at once. Not inlined: its temporaries would wait with the call.
    @inline(never)
    private func ended(_ submitted: Meaning, begun: Instant) -> CallReport {
        switch submitted.result {
        case .failure(let error) where submitted.isUnsayable:
            CallReport(result: .failure(error), attempt: nil, isJob: false, delivered: false, sends: 0)
        case .failure(let error): report(.failure(error), submitted, isJob: submitsJobs, begun: begun)
        case .success(.completed(let made)): report(.success(made), submitted, isJob: submitsJobs, begun: begun)
        case .success(.uploaded): report(.failure(.uploadedThere), submitted, isJob: submitsJobs, begun: begun)
        case .success(.cancelled), .success(.pending):
            report(.failure(.cancelledThere), submitted, isJob: submitsJobs, begun: begun)
        }
    }

    /// Follows the job that a submit has made.
    @inline(never)
    private func followed(_ submitted: Meaning, begun: Instant) async -> CallReport {
        guard case .success(.pending(let operation, let progress, let pollAfter)) = submitted.result else {
            return ended(submitted, begun: begun)
        }
        FailPoint.reach(.operationBefore)
        await observer.accepted(candidate, operation)
        FailPoint.reach(.operationAfter)
        await observer.advanced(candidate, operation, progress)
        let (result, last) = await collect(operation, pollAfter: pollAfter)
        return report(result, submitted, isJob: true, begun: begun, operation: last)
    }

    /// One of several calls that one attempt makes: in a trace, each is an attempt of its own.
    func part(_ index: Int) -> UpstreamCall {
        guard span != nil, index > 0 else { return self }
        return copy(freshConnection: freshConnection, span: AttemptSpan(at: environment.now()))
    }

    /// Goes on with a job that was accepted before.
    /// - Parameter asked: results that it is to make.
    func resume(_ operation: RemoteOperation, asked: Int) async -> CallReport {
        let begun = environment.now()
        let (result, last) = await collect(operation, pollAfter: .zero)
        let told = report(result, Meaning(result: .failure(.cancelledThere), status: 200), isJob: true, begun: begun, operation: last)
        return told.asking(for: asked)
    }

    /// Once it is accepted, the job can be told to stop, by the name that the answer to the submit gives it.
    private var isStoppable: Bool {
        guard submitsJobs else { return false }
        return (try? upstream.provider.request(for: .cancel(RemoteOperation(id: "job", model: candidate.upstreamModel)))) != nil
    }

    /// A submit that is not broken off when its caller goes: a job without a name would run, and be billed, for nobody.
    @inline(never)
    private func submitToEnd(_ request: GenerationRequest) async -> Meaning {
        let submitted = Mutex(Meaning(result: .failure(.interruptedBefore)))
        guard !Task.isCancelled else { return submitted.withLock { $0 } }
        await environment.shielded { [self] in
            let meaning = await exchange(.start(request))
            submitted.withLock { $0 = meaning }
        }
        return submitted.withLock { $0 }
    }

    @inline(never)
    private func report(
        _ result: Result<GenerationResult, UpstreamError>, _ submitted: Meaning, isJob: Bool, begun: Instant,
        operation: RemoteOperation? = nil
    ) -> CallReport {
        var result = result
        if case .success(let made) = result, made.assets.isEmpty { result = .failure(.empty(status: submitted.status)) }
        let attempt = entry(result, status: submitted.status ?? 200, isJob: isJob, begun: begun)
        return CallReport(
            result: result, attempt: attempt, isJob: isJob, delivered: submitted.delivered, sends: 1, operation: operation,
            span: span?.ending(at: environment.now()))
    }

    /// One request and what its answer means. What only some providers need is not entered by the others.
    @inline(never)
    func exchange(_ step: Step, deadline latest: Instant? = nil) async -> Meaning {
        var request: UpstreamRequest
        switch said(step) {
        case .success(let said): request = said
        case .failure(let error): return Meaning(result: .failure(error), isUnsayable: true)
        }
        let end = min(environment.now() + upstream.settings.timeout, latest ?? deadline)
        if upstream.tokenProvider != nil {
            if let refused = await authorize(&request, deadline: end) { return refused }
        }
        TraceContext.current?.add(to: &request.fields, span: span?.id)
        if step.isStart {
            if let submits = observer.submits, await !submits(candidate) { return Meaning(result: .failure(.unrecorded)) }
            FailPoint.reach(.firstByte)
        }
        let answer = await upstream.transport.send(request, for: upstream.settings, freshConnection: freshConnection, deadline: end)
        return await meaning(of: answer, to: request, at: step, deadline: end)
    }

    /// A step in the provider's words.
    @inline(never)
    private func said(_ step: Step) -> Result<UpstreamRequest, UpstreamError> {
        do throws(UpstreamError) {
            return .success(try upstream.provider.request(for: step))
        } catch {
            return .failure(error.neverSent)
        }
    }

    /// - Returns: why there is no token.
    @inline(never)
    private func authorize(_ request: inout UpstreamRequest, deadline end: Instant) async -> Meaning? {
        switch await authorized(request, deadline: end) {
        case .success(let ready): request = ready
        case .failure(let error): return Meaning(result: .failure(error))
        }
        return nil
    }

    @inline(never)
    private func meaning(
        of answer: Result<UpstreamAnswer, UpstreamError>, to request: UpstreamRequest, at step: Step, deadline end: Instant
    ) async -> Meaning {
        let answer = upstream.tokenProvider == nil ? answer : await withNewToken(answer, to: request, deadline: end)
        switch answer {
        case .failure(let error): return Meaning(result: .failure(named(error, deadline: end)))
        case .success(.whole(let response)):
            guard upstream.provider.wantsNewSignature(response) else {
                return response.isLarge ? await meaningFoundElsewhere(of: response, at: step) : meaning(of: response, at: step)
            }
            return await meaningOfNewSignature(insteadOf: response, at: step, deadline: end)
        case .success(.events(let events)): return await meaning(of: events, at: step, deadline: end)
        }
    }

    /// Once more with a new signature, where the provider says that the first one was out of its time: it let nothing in.
    @inline(never)
    private func meaningOfNewSignature(
        insteadOf response: UpstreamResponse, at step: Step, deadline end: Instant
    ) async -> Meaning {
        guard let signed = try? upstream.provider.request(for: step) else { return meaning(of: response, at: step) }
        switch await upstream.transport.send(signed, for: upstream.settings, freshConnection: freshConnection, deadline: end) {
        case .failure(let error): return Meaning(result: .failure(named(error, deadline: end)))
        case .success(.whole(let response)): return await meaningFoundElsewhere(of: response, at: step)
        case .success(.events(let events)): return await meaning(of: events, at: step, deadline: end)
        }
    }

    @inline(never)
    func meaning(of response: UpstreamResponse, at step: Step) -> Meaning {
        do throws(UpstreamError) {
            return Meaning(result: .success(try upstream.provider.generation(from: response, at: step)), status: response.status.code)
        } catch {
            return Meaning(result: .failure(error), status: response.status.code)
        }
    }

    /// Tells a timeout from a reset where the transport did not.
    func named(_ error: UpstreamError, deadline end: Instant) -> UpstreamError {
        var error = error
        if Task.isCancelled, error.kind == .unknownOutcome { error.kind = .cancelled }
        guard error.kind == .unknownOutcome, error.status == nil, error.code == nil else { return error }
        error.code = environment.now() >= end ? "timeout" : "reset"
        return error
    }

    func entry(
        _ result: Result<GenerationResult, UpstreamError>, status: Int, isJob: Bool, begun: Instant
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
    fileprivate static let interruptedBefore = UpstreamError(.cancelled, .notSent, message: "The caller went away.")
    fileprivate static let uploadedThere = UpstreamError(.invalidAnswer, message: "The provider answered a start with an upload.")
    fileprivate static let cancelledThere = UpstreamError(.jobRejected, .mayHaveStarted, message: "The provider cancelled the job.")

    /// What is not on disk must not be bought.
    private static let recordCode = "not_recorded"
    fileprivate static let unrecorded = UpstreamError(
        .cancelled, .notSent, code: recordCode, message: "The attempt could not be recorded, so nothing was sent.")

    /// The call ended because an attempt could not be recorded.
    package var isUnrecorded: Bool { kind == .cancelled && code == Self.recordCode }

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

extension Step {
    fileprivate var isStart: Bool {
        switch self {
        case .start: true
        case .upload, .resume, .cancel: false
        }
    }
}

extension DispatchFailure {
    /// The call ended because an attempt could not be recorded: its caller is still there.
    var isUnrecorded: Bool { error?.isUnrecorded ?? false }
}
