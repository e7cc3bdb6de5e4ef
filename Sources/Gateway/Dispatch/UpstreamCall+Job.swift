import HTTP
import Media

extension UpstreamCall {
    /// For a cancel step that outlives its call.
    private static let cancelTime = Duration.seconds(10)

    /// Asks for an accepted job until it ends, the deadline comes, or the caller goes away.
    func collect(_ accepted: RemoteOperation, pollAfter: Duration) async -> Result<GenerationResult, UpstreamError> {
        var operation = accepted
        var schedule = PollSchedule()
        var pause = schedule.wait(after: pollAfter)
        while true {
            if let error = await rest(pause) {
                await cancel(operation)
                return .failure(error)
            }
            switch await exchange(.resume(operation)).result {
            case .success(.completed(let made)): return .success(made)
            case .success(.cancelled):
                return .failure(UpstreamError(.jobRejected, .mayHaveStarted, message: "The provider cancelled the job."))
            case .success(.pending(let same, _, let pollAfter)):
                operation = same
                pause = schedule.wait(after: pollAfter)
            case .failure(let error):
                if Task.isCancelled { continue }
                switch schedule.move(after: error) {
                case .wait(let longer): pause = longer
                case .giveUp(let last): return .failure(last)
                }
            }
        }
    }

    /// - Returns: why there is no next poll.
    private func rest(_ pause: Duration) async -> UpstreamError? {
        let gone = UpstreamError(.cancelled, .mayHaveStarted, message: "The caller went away.")
        if Task.isCancelled { return gone }
        do {
            try await environment.sleep(min(environment.now() + pause, deadline))
        } catch {
            return gone
        }
        if Task.isCancelled { return gone }
        guard environment.now() >= deadline else { return nil }
        return UpstreamError(.unknownOutcome, .mayHaveStarted, code: "timeout", message: "The job did not end in time.")
    }

    /// Tells the provider to stop, where it can be told; what it answers changes nothing.
    private func cancel(_ operation: RemoteOperation) async {
        await environment.shielded {
            _ = await exchange(.cancel(operation), deadline: environment.now() + Self.cancelTime)
        }
    }
}
