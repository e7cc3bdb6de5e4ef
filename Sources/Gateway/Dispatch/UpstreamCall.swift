import HTTP
import Media
import Synchronization
import Transport

/// One generation at one provider, from submit to result. It never sends a submit twice.
/// A class, for it waits in many frames at once.
final class UpstreamCall: Sendable {
    /// Who is asked.
    let upstream: Upstream
    private let target: Target
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
    /// Of the request being worked for.
    let trace: TraceContext?

    init(
        upstream: Upstream, target: Target, environment: DispatchEnvironment, observer: DispatchObserver, warnings: [Warning],
        submitsJobs: Bool = false, deadline: Instant, freshConnection: Bool, span: AttemptSpan? = nil,
        trace: TraceContext? = TraceContext.current
    ) {
        self.upstream = upstream
        self.target = target
        self.environment = environment
        self.observer = observer
        self.warnings = warnings
        self.submitsJobs = submitsJobs
        self.deadline = deadline
        self.freshConnection = freshConnection
        self.span = span
        self.trace = trace
    }

    /// For the ledger.
    var candidate: Candidate { target.candidate }

    /// The same over another connection, or under another span.
    func copy(freshConnection: Bool, span: AttemptSpan?) -> UpstreamCall {
        UpstreamCall(
            upstream: upstream, target: target, environment: environment, observer: observer, warnings: warnings,
            submitsJobs: submitsJobs, deadline: deadline, freshConnection: freshConnection, span: span, trace: trace)
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
        @inline(never)
        var isPending: Bool {
            if case .success(.pending) = result { true } else { false }
        }
    }

    /// - Parameters:
    ///   - request: as the provider takes it, with as many results as one call is to make.
    ///   - begun: the present.
    @inline(never)
    func run(_ request: GenerationRequest, begun: Instant) async -> CallReport {
        let submitted = await isStoppable ? submitToEnd(request) : exchange(.start(request), begun: begun)
        if submitted.isPending { return await followed(submitted, begun: begun).asking(for: request.count) }
        return ended(submitted, begun: begun).asking(for: request.count)
    }

    /// What came of a submit that was answered at once. Not inlined: its temporaries would wait with the call.
    @inline(never)
    private func ended(_ submitted: Meaning, begun: Instant) -> CallReport {
        switch submitted.result {
        case .failure(let error) where submitted.isUnsayable:
            CallReport(result: .failure(error), attempt: nil, isJob: false, delivered: false, sends: 0)
        case .failure(let error): report(.failure(error), submitted, isJob: submitsJobs, begun: begun)
        case .success(.completed(let made)):
            report(.made(made, status: submitted.status), submitted, isJob: submitsJobs, begun: begun)
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
        let made = result.flatMap { .made($0, status: submitted.status) }
        return report(made, submitted, isJob: true, begun: begun, operation: last)
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
        let submitted = Meaning(result: .failure(.cancelledThere), status: 200)
        let made = result.flatMap { .made($0, status: submitted.status) }
        return report(made, submitted, isJob: true, begun: begun, operation: last).asking(for: asked)
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
        _ result: consuming Result<GenerationResult, UpstreamError>, _ submitted: Meaning, isJob: Bool, begun: Instant,
        operation: RemoteOperation? = nil
    ) -> CallReport {
        let attempt = entry(result, status: submitted.status ?? 200, isJob: isJob, begun: begun)
        return CallReport(
            result: result, attempt: attempt, isJob: isJob, delivered: submitted.delivered, sends: 1, operation: operation,
            span: span?.ending(at: environment.now()))
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

extension Result<GenerationResult, UpstreamError> {
    /// A result without anything in it is none.
    fileprivate static func made(_ made: GenerationResult, status: Int?) -> Self {
        made.assets.isEmpty ? .failure(.empty(status: status)) : .success(made)
    }
}

extension UpstreamError {
    fileprivate static let interruptedBefore = UpstreamError(.cancelled, .notSent, message: "The caller went away.")
    fileprivate static let uploadedThere = UpstreamError(.invalidAnswer, message: "The provider answered a start with an upload.")
    fileprivate static let cancelledThere = UpstreamError(.jobRejected, .mayHaveStarted, message: "The provider cancelled the job.")

    fileprivate static func empty(status: Int?) -> UpstreamError {
        UpstreamError(.invalidAnswer, .mayHaveStarted, status: status, message: "The provider answered without any result.")
    }
}
