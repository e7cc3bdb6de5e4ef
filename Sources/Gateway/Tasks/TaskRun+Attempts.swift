import HTTP
import Media
import Transport

extension TaskRun {
    /// One round through the candidates, written down as it goes.
    func attempt(
        _ request: GenerationRequest, _ route: ModelRoute, _ policy: FallbackPolicy, _ deadline: Instant,
        _ resumption: Resumption
    ) async -> DispatchOutcome {
        let before = live.task.attempts
        let outcome = await services.dispatcher.dispatch(
            request, route: route.candidates, policy: policy, deadline: deadline, observer: observer, resumption: resumption)
        // Those that were made are counted when they end, and not after the last one.
        services.counters.count(outcome.attempts.filter { !$0.wasTried }, by: live.owner)
        services.counters.count(resultsOf: outcome, for: request, isTimed: resumption.jobs == nil)
        live.update { task in
            // Of the rounds before, who was passed over does not matter any more.
            task.attempts = before.filter(\.wasTried) + outcome.attempts.filter { !$0.isUnrecorded }
            task.warnings = outcome.warnings
        }
        return outcome
    }

    private var observer: DispatchObserver {
        DispatchObserver(
            submits: { await submits(to: $0) }, accepted: { await accepted($1, by: $0) },
            advanced: { await advanced($1, at: $0, progress: $2) },
            attempted: { attempt in
                live.update { $0.attempts.append(attempt) }
                services.counters.count([attempt], by: live.owner)
            }, used: services.bookkeeper(of: live.owner, live.task.order.request, place))
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
        // A row that could not be written before is written now.
        if isNew || live.isStored && live.durablePhase != live.task.phase { _ = await live.save() }
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
