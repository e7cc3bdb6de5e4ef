import Media

/// How one upstream call went.
struct CallReport: Sendable {
    /// What it made, or why it did not.
    var result: Result<GenerationResult, UpstreamError>
    /// nil: the request could not be said, and nothing was tried.
    var attempt: Attempt?
    /// A job had been accepted, or would have been.
    var isJob: Bool
    /// The caller has seen an event of it.
    var delivered: Bool
    /// Generations sent.
    var sends: Int
    /// The job that was accepted.
    var operation: RemoteOperation?
    /// Results that it was to make.
    var asked = 1
    /// Of the attempt, in a trace that is exported.
    var span: AttemptSpan?

    /// Whether there is a result.
    var isSuccess: Bool {
        switch result {
        case .success: true
        case .failure: false
        }
    }

    /// Of one call, in USD: what is told above it is a mistake.
    private static let mostCost = 10_000.0

    /// Results.
    var made: Int {
        switch result {
        case .success(let result): result.assets.count
        case .failure: 0
        }
    }

    /// Puts in a cost by the price that is known, where the provider tells none that can be.
    mutating func price(by price: Price?, _ asked: GenerationRequest) {
        guard case .success(var result) = result else { return }
        if let cost = result.cost, (0...Self.mostCost).contains(cost) { return }
        result.cost = price?.cost(of: result.assets.count, asked)
        attempt?.cost = result.cost
        self.result = .success(result)
    }

    /// Removes the prompt, which a provider may quote in the failure of a job that it has been told of long before.
    mutating func hide(_ prompt: String?) {
        guard let prompt, case .failure(var error) = result else { return }
        error.message = UpstreamText.cleaned(error.message, hiding: [], prompt: prompt)
        result = .failure(error)
        if case .failed? = attempt?.outcome { attempt?.outcome = .failed(error) }
    }

    /// One outcome for the calls of one attempt: the failure that binds most.
    static func summary(of reports: [CallReport]) -> AttemptOutcome {
        if reports.indices.allSatisfy({ reports[$0].isSuccess }) { return .succeeded }
        let failures = reports.compactMap { report -> (error: UpstreamError, report: CallReport)? in
            guard case .failure(let error) = report.result else { return nil }
            return (error, report)
        }
        guard let worst = failures.max(by: { $0.error.kind.gravity < $1.error.kind.gravity }) else { return .succeeded }
        if worst.report.attempt == nil { return .cannot(worst.error) }
        return .failed(worst.error, isJob: worst.report.isJob, delivered: reports.contains(where: \.delivered))
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
