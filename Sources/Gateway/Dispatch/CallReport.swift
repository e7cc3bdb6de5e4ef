import Media

/// How one upstream call went. A class, for it is large and handed from step to step.
final class CallReport: Sendable {
    /// What it made, or why it did not.
    let result: Result<GenerationResult, UpstreamError>
    /// nil: the request could not be said, and nothing was tried.
    let attempt: Attempt?
    /// A job had been accepted, or would have been.
    let isJob: Bool
    /// The caller has seen an event of it.
    let delivered: Bool
    /// Results.
    let made: Int
    /// Generations sent.
    let sends: Int
    /// The job that was accepted.
    let operation: RemoteOperation?
    /// Results that it was to make.
    let asked: Int
    /// Of the attempt, in a trace that is exported.
    let span: AttemptSpan?

    init(
        result: Result<GenerationResult, UpstreamError>, attempt: Attempt?, isJob: Bool, delivered: Bool, sends: Int,
        operation: RemoteOperation? = nil, asked: Int = 1, span: AttemptSpan? = nil
    ) {
        self.result = result
        made = if case .success(let result) = result { result.assets.count } else { 0 }
        self.attempt = attempt
        self.isJob = isJob
        self.delivered = delivered
        self.sends = sends
        self.operation = operation
        self.asked = asked
        self.span = span
    }

    private func with(_ result: Result<GenerationResult, UpstreamError>, _ attempt: Attempt?, asked: Int) -> CallReport {
        CallReport(
            result: result, attempt: attempt, isJob: isJob, delivered: delivered, sends: sends, operation: operation, asked: asked,
            span: span)
    }

    /// The same of a call that was to make so many results.
    @inline(never)
    func asking(for count: Int) -> CallReport {
        count == asked ? self : with(result, attempt, asked: count)
    }

    /// Whether there is a result.
    var isSuccess: Bool {
        switch result {
        case .success: true
        case .failure: false
        }
    }

    /// Of one call, in USD: what is told above it is a mistake.
    private static let mostCost = 10_000.0

    /// With a cost by the price that is known, where the provider tells none that can be.
    func priced(by price: Price?, _ request: GenerationRequest) -> CallReport {
        guard isSuccess else { return self }
        if let cost = attempt?.cost, (0...Self.mostCost).contains(cost) { return self }
        return priced(at: price?.cost(of: made, request))
    }

    private func priced(at cost: Double?) -> CallReport {
        guard case .success(var result) = result, cost != result.cost else { return self }
        result.cost = cost
        var attempt = attempt
        attempt?.cost = result.cost
        return with(.success(result), attempt, asked: asked)
    }

    /// Without the prompt, which a provider may quote in the failure of a job that it has been told of long before.
    func hiding(_ prompt: String?) -> CallReport {
        guard !isSuccess, let prompt, case .failure(var error) = result else { return self }
        error.message = UpstreamText.cleaned(error.message, hiding: [], prompt: prompt)
        var attempt = attempt
        if case .failed? = attempt?.outcome { attempt?.outcome = .failed(error) }
        return with(.failure(error), attempt, asked: asked)
    }

    /// One outcome for the calls of one attempt: the failure that binds most.
    static func summary(of reports: [CallReport]) -> AttemptOutcome {
        let delivered = reports.contains(where: \.delivered)
        return reports.max { $0.gravity < $1.gravity }?.outcome(delivered: delivered) ?? .succeeded
    }

    /// What the plan is to know of it.
    /// - Parameter delivered: the caller has seen an event of the attempt.
    func outcome(delivered: Bool) -> AttemptOutcome {
        guard case .failure(let error) = result else { return .succeeded }
        return attempt == nil ? .cannot(error) : .failed(error, isJob: isJob, delivered: delivered)
    }

    private var gravity: Int {
        if case .failure(let error) = result { error.kind.gravity } else { -1 }
    }
}

extension UpstreamError.Kind {
    /// Which of several failures decides: what may cost money first, then what ends the call, then what rests a provider.
    fileprivate var gravity: Int {
        switch self {
        case .cancelled: 6
        case .unknownOutcome: 5
        case .invalidAnswer: 4
        case .invalidRequest, .moderated, .jobRejected: 3
        case .quotaExhausted, .keyRefused, .modelGone: 2
        case .rateLimited, .overloaded, .serverFault, .jobFailed, .redirected, .unreachable: 1
        case .staleConnection: 0
        }
    }
}
