import HTTP
import Media
import Transport

extension UpstreamCall {
    /// For a cancel step that outlives its call.
    private static let cancelTime = Duration.seconds(10)
    /// For one poll.
    private static let pollTime = Duration.seconds(30)

    /// Asks for an accepted job until it ends, the deadline comes, or the caller goes away.
    /// - Returns: with the job as it was told last.
    @inline(never)
    func collect(
        _ accepted: RemoteOperation, pollAfter: Duration
    ) async -> (result: Result<GenerationResult, UpstreamError>, last: RemoteOperation) {
        var operation = accepted
        var schedule = PollSchedule()
        var pause = schedule.wait(after: pollAfter)
        while true {
            if let error = await rest(pause) {
                await cancel(operation)
                return (.failure(error), operation)
            }
            FailPoint.reach(.poll)
            switch await exchange(.resume(operation), deadline: min(deadline, environment.now() + Self.pollTime)).result {
            case .success(.completed(let made)): return (.success(made), operation)
            case .success(.uploaded): pause = schedule.wait(after: .seconds(5))
            case .success(.cancelled):
                let error = UpstreamError(.jobRejected, .mayHaveStarted, message: "The provider cancelled the job.")
                return (.failure(error), operation)
            case .success(.pending(let same, let progress, let pollAfter)):
                operation = same
                await observer.advanced(candidate, same, progress)
                pause = schedule.wait(after: pollAfter)
            case .failure(let error):
                if Task.isCancelled { continue }
                switch schedule.move(after: error) {
                case .wait(let longer): pause = longer
                case .giveUp(let last): return (.failure(last), operation)
                }
            }
        }
    }

    /// - Returns: why there is no next poll.
    private func rest(_ pause: Duration) async -> UpstreamError? {
        let gone = UpstreamError(.cancelled, .mayHaveStarted, message: "The caller went away.")
        if Task.isCancelled { return gone }
        do {
            // A tenth more or less, so that jobs of one moment are not asked for in one moment for ever.
            try await environment.sleep(min(environment.now() + pause + pause * environment.random() / 10, deadline))
        } catch {
            return gone
        }
        if Task.isCancelled { return gone }
        guard environment.now() >= deadline else { return nil }
        return UpstreamError(.unknownOutcome, .mayHaveStarted, code: "timeout", message: "The job did not end in time.")
    }

    /// Tells the provider to stop, where it can be told; what it answers changes nothing.
    func cancel(_ operation: RemoteOperation) async {
        await environment.shielded { [self] in
            _ = await exchange(.cancel(operation), deadline: environment.now() + Self.cancelTime)
        }
    }
}
