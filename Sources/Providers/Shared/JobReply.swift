import HTTP
package import Media

/// What an answer tells of a job, in the words of no provider.
package struct JobReply: Sendable {
    package var state: JobState
    /// The job's name; told with the answer to the submit.
    package var id: String?
    /// What later steps need besides: poll addresses and the like; added to what the operation holds already.
    package var memory: JSONObject = [:]
    /// Percent.
    package var progress: Int?
    /// When to ask again, where the answer has no Retry-After.
    package var pollAfter: Duration = .seconds(2)
    /// Of a job that has ended well.
    package var result: GenerationResult?
    /// Of a job that has failed.
    package var error: UpstreamErrorBody?

    package init(_ state: JobState, id: String? = nil) {
        self.state = state
        self.id = id
    }
}

extension UpstreamErrorClassifier {
    /// What a job's state means for the call: a job without an id may be billed, and one that ended without any result is not bought again.
    /// - Parameter failures: what the provider's own codes of failed jobs mean: `moderated`, `jobFailed` or `jobRejected`.
    package func generation(
        _ reply: JobReply, in response: UpstreamResponse, at step: Step, failures: CodeTable = CodeTable()
    ) throws(UpstreamError) -> Generation {
        switch reply.state {
        case .failed(let word):
            throw failure(reply.error ?? UpstreamErrorBody(message: "the job ended \(word)"), in: response, at: step, by: failures)
        case .completed: return .completed(try completed(reply, at: step))
        case .queued, .running:
            let operation = try operation(reply, at: step)
            return .pending(operation, progress: reply.progress, pollAfter: retryAfter(response) ?? reply.pollAfter)
        }
    }

    private func completed(_ reply: JobReply, at step: Step) throws(UpstreamError) -> GenerationResult {
        guard var result = reply.result, !result.assets.isEmpty else {
            throw UpstreamError(
                .jobRejected, .mayHaveStarted, status: 200, message: "the provider's job ended without a result")
        }
        if result.origin == nil, let operation = try? operation(reply, at: step) { result.origin = operation }
        return result
    }

    private func operation(_ reply: JobReply, at step: Step) throws(UpstreamError) -> RemoteOperation {
        var operation: RemoteOperation
        switch step {
        case .resume(let known), .cancel(let known): operation = known
        case .start(let request):
            guard let id = reply.id, (1...2048).contains(id.utf8.count), id != ".", id != ".." else {
                throw UpstreamError(.unknownOutcome, .mayHaveStarted, status: 200, message: "the provider named a job without its id")
            }
            operation = RemoteOperation(id: id, model: request.model)
        case .upload: throw UpstreamError(.invalidAnswer, status: 200, message: "the provider answered an upload with a job")
        }
        for (key, value) in reply.memory { operation.state[key] = value }
        operation.isQueued = reply.state == .queued
        return operation
    }
}
