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

    private var environment: DispatchEnvironment { services.dispatcher.environment }

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
        }
        let failure = DispatchFailure(.ambiguous, error: error, shouldRetry: false, message: "The outcome is unknown: \(error.message)")
        await fail(APIError(failure, attempts: [], dialect: .openAI))
    }

    private func work() async {
        let request: GenerationRequest
        let route: ModelRoute
        do throws(APIError) {
            request = try await loaded()
            route = try self.route(of: request)
        } catch { return await fail(error) }
        var policy = services.settings.policy(of: route, request.routing)
        let budget = policy.attempts
        policy.deadline = max(policy.deadline, runner.settings.patience)
        let deadline = environment.now() + policy.deadline
        var resumption = firstResumption
        var pause = Duration.seconds(1)
        while true {
            guard !live.isCancelled else { return await end(.cancelled) }
            // What the resumption names is counted by the plan itself.
            if resumption.jobs == nil { policy.attempts = budget - live.task.attempts.count(where: \.wasTried) }
            let outcome = await attempt(request, route, policy, deadline, resumption)
            guard case .failure(let failure) = outcome.result else { return await complete(outcome, route, deadline: deadline) }
            guard let rest = rest(after: failure, pause, budget: budget, deadline: deadline) else {
                return failure.kind == .cancelled ? await end(.cancelled) : await fail(APIError(failure, attempts: [], dialect: .openAI))
            }
            pause *= 2
            live.update { $0.phase = .accepted }
            _ = await live.save()
            try? await environment.sleep(environment.now() + rest)
            resumption = Resumption()
        }
    }

    /// How long to wait for room, or for a disk to write on, before everything is tried once more; nil: this is the end.
    private func rest(after failure: DispatchFailure, _ pause: Duration, budget: Int, deadline: ContinuousClock.Instant) -> Duration? {
        guard live.isPatient, !live.isCancelled else { return nil }
        let isUnrecorded = failure.kind == .cancelled && failure.error?.isUnrecorded == true
        guard failure.kind == .capacity || isUnrecorded else { return nil }
        guard isUnrecorded || live.task.attempts.count(where: \.wasTried) < budget else { return nil }
        let rest = min(max(failure.retryAfter ?? .zero, pause), .seconds(60))
        let spread = rest + rest * environment.random() / 4
        return environment.now() + spread < deadline ? spread : nil
    }

    private var firstResumption: Resumption {
        guard case .submitted(let candidate, let operations) = live.task.phase else { return Resumption() }
        let failed = live.task.attempts.filter(\.wasTried).map(\.candidate)
        return Resumption(jobs: (candidate, operations), tried: failed)
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

// MARK: Attempts

extension TaskRun {
    private func attempt(
        _ request: GenerationRequest, _ route: ModelRoute, _ policy: FallbackPolicy, _ deadline: ContinuousClock.Instant,
        _ resumption: Resumption
    ) async -> DispatchOutcome {
        let before = live.task.attempts
        let outcome = await services.dispatcher.dispatch(
            request, route: route.candidates, policy: policy, deadline: deadline, observer: observer, resumption: resumption)
        live.update { task in
            task.attempts = before + outcome.attempts.filter { !$0.isUnrecorded }
            task.warnings = outcome.warnings
        }
        return outcome
    }

    private var observer: DispatchObserver {
        DispatchObserver(
            submits: { await submits(to: $0) }, accepted: { await accepted($1, by: $0) },
            advanced: { await advanced($1, at: $0, progress: $2) }, attempted: { attempt in live.update { $0.attempts.append(attempt) } })
    }

    /// On disk before the first byte: whoever finds this row later must not send it again.
    private func submits(to candidate: Candidate) async -> Bool {
        // What has not begun when the process is asked to end is begun by the next one.
        if live.isPatient, services.state.isDraining { return false }
        live.update { task in
            task.startedAt = task.startedAt ?? runner.now()
            // Other parts of the same call may have jobs already, which are worth more.
            if case .submitted(candidate, _) = task.phase { return }
            task.phase = .submitting(candidate)
            task.reportedProgress = nil
        }
        guard live.isStored else { return true }
        guard await live.save() == nil else { return false }
        FailPoint.reach(.submitting)
        return true
    }

    /// On disk before anything else happens to the job.
    private func accepted(_ operation: RemoteOperation, by candidate: Candidate) async {
        live.update { task in
            var operations = [operation]
            if case .submitted(candidate, let others) = task.phase { operations = others + operations }
            task.phase = .submitted(candidate, operations)
            task.isQueuedUpstream = operation.isQueued
        }
        // The job runs whether or not it can be written down; the next change tries again.
        if let error = await live.save() { runner.report(TaskLine.unsaved(live.task, error)) }
    }

    private func advanced(_ operation: RemoteOperation, at candidate: Candidate, progress: Int?) async {
        let isNew = isNew(operation)
        live.update { task in
            task.isQueuedUpstream = operation.isQueued
            if let progress { task.reportedProgress = max(progress, task.reportedProgress ?? 0) }
            guard isNew, case .submitted(candidate, let operations) = task.phase else { return }
            task.phase = .submitted(candidate, operations.map { $0.id == operation.id ? operation : $0 })
        }
        if isNew { _ = await live.save() }
    }

    /// Whether a poll taught something that the next poll needs.
    private func isNew(_ operation: RemoteOperation) -> Bool {
        guard case .submitted(_, let operations) = live.task.phase, let known = operations.first(where: { $0.id == operation.id }) else {
            return false
        }
        return known.state != operation.state
    }
}

extension Attempt {
    /// Something was sent, or would have been.
    var wasTried: Bool {
        switch outcome {
        case .succeeded, .failed: true
        case .skipped: false
        }
    }

    /// Nothing was sent, because it could not be written down before.
    var isUnrecorded: Bool {
        switch outcome {
        case .failed(let error): error.isUnrecorded
        case .succeeded, .skipped: false
        }
    }
}

// MARK: Ends

extension TaskRun {
    func fail(_ error: APIError) async {
        live.update { $0.failure = TaskFailure(error) }
        await end(.failed)
        await releaseClaim()
    }

    /// A failure that cost nothing and may pass leaves its `Idempotency-Key` free for a repeat.
    private func releaseClaim() async {
        guard let failure = live.task.failure, failure.status >= 500, failure.shouldRetry != false, live.isStored,
            live.task.attempts.allSatisfy({ $0.billed == .no })
        else { return }
        try? await runner.store.release(claimOf: live.id)
    }

    /// Puts the last row on disk, with the event that tells of it; tries until it is there.
    func end(_ phase: GenerationTask.Phase) async {
        let time = runner.now()
        live.update { task in
            task.phase = phase
            task.completedAt = time
            task.expiresAt = time + runner.retentionSeconds
        }
        let task = live.task
        runner.report(TaskLine.ended(task))
        guard live.isStored else { return }
        let event = TaskWebhook.event(
            "evt_\(hexadecimal(randomBytes(16)))", task, progress: 100, now: time, url: services.fileURL)
        live.setEvent(event)
        var pause = Duration.seconds(1)
        while let error = await live.save(), error.kind != .stale {
            runner.report(TaskLine.unsaved(task, error))
            // Whoever waits gets what there is; the row follows when there is room.
            live.end()
            let end = environment.now() + pause
            await environment.shielded { try? await environment.sleep(end) }
            pause = min(pause * 2, .seconds(30))
        }
        FailPoint.reach(.finished)
        if event != nil { runner.wakeOutbox() }
        if live.isForgotten { await runner.removeFiles(of: task) } else { await runner.removeInputs(of: task) }
    }
}
