import HTTP
import Media

/// What the queue answers to a submit, to a question for the state, and to one for the result.
struct FalAnswers: Sendable {
    /// What may be asked because an answer names it.
    let endpoint: UpstreamEndpoint
    /// What errors mean.
    let classifier: UpstreamErrorClassifier

    /// In an operation's state: the job has ended, and the result is to be fetched.
    static let isDone = "done"
    /// In an operation's state: what the queue said of a job that ended with an error.
    private static let failure = "failure"
    private static let isUnchecked = "unchecked"
    private static let addresses = ["status_url", "response_url", "cancel_url"]

    /// What an answer means, by what was asked.
    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        switch step {
        case .cancel:
            guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
            return .cancelled
        case .start(let request): return try accepted(request, response, step)
        case .resume(let operation):
            return operation.state[Self.isDone]?.bool == true
                ? try result(of: operation, response, step) : try state(response, step)
        case .upload: throw UpstreamError(.invalidAnswer, message: "fal takes no uploads")
        }
    }

    private func accepted(
        _ request: GenerationRequest, _ response: UpstreamResponse, _ step: Step
    ) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        var reply = JobReply(.queued, id: json["request_id"]?.filled)
        reply.pollAfter = .seconds(1)
        for key in Self.addresses { reply.memory[key] = endpoint.ownURL(json[key]?.filled).map { .string($0.description) } }
        // Without the checker its findings mean nothing.
        if request.extras["enable_safety_checker"]?.bool == false { reply.memory[Self.isUnchecked] = true }
        return try classifier.generation(reply, in: response, at: step)
    }

    /// A job that ended with an error tells more behind the result's address, unless the error is clearly fal's own.
    private func state(_ response: UpstreamResponse, _ step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        guard let word = json["status"]?.filled else { throw UpstreamError(.invalidAnswer, status: 200, message: "fal told no status") }
        var reply = JobReply(JobState(word))
        reply.pollAfter = .seconds(1)
        let body = FalErrors.body(ofEnded: json)
        if let body, FalErrors.failures.kind(of: body) != nil {
            throw classifier.failure(body, in: response, at: step, by: FalErrors.failures)
        }
        if reply.state == .completed {
            reply.state = .running
            reply.pollAfter = .zero
            reply.memory[Self.isDone] = true
            reply.memory[Self.failure] = body.map { .string(classifier.cleaned($0.message ?? "the job failed", at: step)) }
        } else {
            reply.error = body
        }
        return try classifier.generation(reply, in: response, at: step, failures: FalErrors.failures)
    }

    private func result(
        of operation: RemoteOperation, _ response: UpstreamResponse, _ step: Step
    ) throws(UpstreamError) -> Generation {
        let known = operation.state[Self.failure]?.filled
        guard response.status.isSuccess else { return try refused(known, response, step) }
        let json = try response.json()
        var reply = JobReply(.completed)
        let found = FalResult(json, base: endpoint.baseURL, isChecked: operation.state[Self.isUnchecked] == nil)
        if found.isWithheld {
            throw UpstreamError(
                .moderated, .mayHaveStarted, status: response.status.code, code: "content_policy_violation",
                message: "the provider withheld what it made as unsafe")
        }
        if found.result.assets.isEmpty, let body = UpstreamErrorBody(inSuccess: json) ?? known.map({ UpstreamErrorBody(message: $0) }) {
            throw classifier.failure(body, in: response, at: step, by: FalErrors.failures)
        }
        reply.result = found.result
        reply.memory["video_url"] = found.videoURL.map { .string($0) }
        reply.memory["video_id"] = json["video_id"]?.filled.map { .string($0) }
        return try classifier.generation(reply, in: response, at: step)
    }

    /// The model's own error status. A server fault without a word of the model's says nothing of the job.
    private func refused(_ known: String?, _ response: UpstreamResponse, _ step: Step) throws(UpstreamError) -> Generation {
        let status = response.status.code
        var body = FalErrors.body(of: response)
        if FalErrors.isTooEarly(body) {
            var reply = JobReply(.running)
            reply.memory[Self.isDone] = false
            return try classifier.generation(reply, in: response, at: step)
        }
        let isTransient = status == 408 || status == 429 || (status >= 500 && known == nil && body.names.isEmpty)
        let isNotTheModels = (300..<400).contains(status) || [401, 402, 403, 404, 407, 410].contains(status)
        if isTransient || isNotTheModels { throw classifier.error(body, in: response, at: step) }
        body.status = status
        body.message = body.message ?? known
        var error = classifier.failure(body, in: response, at: step, by: FalErrors.failures)
        if error.kind == .jobRejected, response.fields["x-fal-retryable"]?.lowercased() == "true" { error.kind = .jobFailed }
        // Inputs are looked at by the model alone: a wrong one is told with the result.
        error.blamesInput = error.kind == .jobRejected && status == 422
        throw error
    }
}
