import HTTP
import Media
import Transport

/// The life of one task, from its first attempt to its end.
struct TaskRun: Sendable {
    let live: LiveTask
    let services: GatewayServices
    let runner: TaskRunner
    /// The request with its inputs, where they are in no store; nil: they are read back.
    let given: GenerationRequest?
    /// Among its owner's tasks, with what it may spend; nil: it holds none.
    let place: TaskPlace?

    var environment: DispatchEnvironment { services.dispatcher.environment }

    /// Returns when nothing is left to be done, with the task's end on disk.
    func run() async {
        switch live.task.phase {
        case .submitting: await lose()
        case .accepted, .submitted: await work()
        case .completed, .failed, .cancelled: break
        }
    }

    /// The last process died between a submit and its answer: what became of it, nobody knows, and sending it again might buy it twice.
    private func lose() async {
        let error = UpstreamError(
            .unknownOutcome, .mayHaveStarted, code: "restart", message: "The gateway was restarted while the request was under way.")
        if case .submitting(let candidate) = live.task.phase {
            let attempt = Attempt(candidate: candidate, outcome: .failed(error), duration: .zero, billed: .unknown)
            live.update { $0.attempts.append(attempt) }
            book(attempt)
        }
        let failure = DispatchFailure(.ambiguous, error: error, shouldRetry: false, message: "The outcome is unknown: \(error.message)")
        await fail(APIError(failure, attempts: [], dialect: .openAI))
    }

    /// Of an attempt that another process has made, nobody has booked anything.
    private func book(_ attempt: Attempt) {
        let request = live.task.order.request
        let route = services.settings.models.route(for: request.model) ?? ModelRoute(model: request.model, candidates: [attempt.candidate])
        let policy = services.policy(of: route, for: request)
        let usage = Usage(
            of: attempt, made: 0, asked: request.count, request, price: services.dispatcher.price(of: attempt.candidate, policy),
            assumed: policy.assumedPrice)
        services.bookkeeper(of: live.owner, request, nil)(attempt.candidate, usage)
    }

    private func work() async {
        let request: GenerationRequest
        let route: ModelRoute
        do throws(APIError) {
            request = try await loaded()
            route = try self.route(of: request)
        } catch { return await fail(error) }
        var policy = services.policy(of: route, for: request)
        let budget = policy.attempts
        policy.deadline = max(policy.deadline, runner.settings.patience)
        let deadline = environment.now() + policy.deadline
        var resumption = firstResumption
        var pause = Duration.seconds(1)
        while true {
            guard !live.isCancelled else { return await cancelled() }
            policy.attempts = attemptsLeft(of: budget, resumption, route)
            let outcome = await attempt(request, route, policy, deadline, resumption)
            guard case .failure(let failure) = outcome.result else { return await complete(outcome, route, deadline: deadline) }
            guard let rest = rest(after: failure, pause, budget: budget, deadline: deadline) else {
                return await give(up: failure)
            }
            pause *= 2
            live.update { $0.phase = .accepted }
            _ = await live.save()
            try? await environment.sleep(environment.now() + rest)
            resumption = afterSpending
        }
    }

    /// Candidates that may still be tried; what the resumption names is counted by the plan itself.
    private func attemptsLeft(of budget: Int, _ resumption: Resumption, _ route: ModelRoute) -> Int {
        guard resumption.jobs == nil else { return budget }
        return budget - live.task.attempts.count(where: \.wasTried) + Set(resumption.tried).intersection(route.candidates).count
    }

    private func give(up failure: DispatchFailure) async {
        if failure.isUnrecorded, !live.isCancelled { return await fail(.unrecorded(afterSpending: afterSpending.maybeBilled)) }
        if failure.kind == .cancelled { return await end(.cancelled) }
        var error = APIError(failure, attempts: [], dialect: .openAI)
        // Other dialects know a refusal of the content by this word.
        if failure.kind == .moderated, error.code != "moderation_blocked" { error.code = "content_policy_violation" }
        await fail(error)
    }

    /// A job that nobody wants any more is told to stop, also where this process has not asked for it yet.
    private func cancelled() async {
        if case .submitted(let candidate, let operations) = live.task.phase {
            await services.dispatcher.cancel(operations, at: candidate)
            // What it has done until then may be billed.
            let error = UpstreamError(.cancelled, .mayHaveStarted, message: "The task was cancelled.")
            let attempt = Attempt(candidate: candidate, outcome: .failed(error), duration: .zero, billed: .unknown)
            live.update { $0.attempts.append(attempt) }
            book(attempt)
        }
        await end(.cancelled)
    }

    /// How long to wait for room, or for a disk to write on, before everything is tried once more; nil: this is the end.
    private func rest(after failure: DispatchFailure, _ pause: Duration, budget: Int, deadline: Instant) -> Duration? {
        guard live.isPatient, !live.isCancelled, canBeginAnew else { return nil }
        guard failure.kind == .capacity || failure.isUnrecorded else { return nil }
        guard failure.isUnrecorded || live.task.attempts.count(where: \.wasTried) < budget else { return nil }
        let rest = min(max(failure.retryAfter ?? .zero, pause), .seconds(60))
        let spread = rest + rest * environment.random() / 4
        return environment.now() + spread < deadline ? spread : nil
    }

    /// Inputs that are in no store would be missing when another process begins anew.
    private var canBeginAnew: Bool {
        guard let given else { return true }
        return given.inputs.isEmpty && given.mask == nil && given.source == nil
    }

    private var firstResumption: Resumption {
        var resumption = afterSpending
        guard case .submitted(let candidate, let operations) = live.task.phase else { return resumption }
        resumption.jobs = (candidate, operations)
        resumption.tried = live.task.attempts.filter(\.wasTried).map(\.candidate)
        return resumption
    }

    /// Who may have been paid is never asked again.
    private var afterSpending: Resumption {
        let spent = live.task.attempts.filter { $0.wasTried && $0.billed != .no }.map(\.candidate)
        return Resumption(tried: spent, maybeBilled: !spent.isEmpty)
    }

    private func route(of request: GenerationRequest) throws(APIError) -> ModelRoute {
        guard var route = services.settings.models.route(for: request.model) else {
            // A job that was paid for is collected although its model is not served any more.
            guard case .submitted(let candidate, _) = live.task.phase else { throw .unknownModel(request.model) }
            return ModelRoute(model: request.model, candidates: [candidate])
        }
        // What a provider made is known there under the model that made it.
        if case .made(let operation) = request.source {
            let same = route.candidates.filter { $0.upstreamModel == operation.model }
            if !same.isEmpty { route.candidates = same }
        }
        return route
    }

    private func loaded() async throws(APIError) -> GenerationRequest {
        if let given { return given }
        let order = live.task.order
        do throws(APIError) {
            return try await TaskInputs(store: services.store).load(order)
        } catch {
            guard case .submitted = live.task.phase else { throw error }
            // The job has its inputs; nobody else could be given them.
            var request = order.request
            request.routing.allowsFallbacks = false
            return request
        }
    }
}
