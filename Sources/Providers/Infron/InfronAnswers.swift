import HTTP
import Media

/// Infron's three answers to a submit, and its answer to a poll.
struct InfronAnswers: Sendable {
    let baseURL: HTTPURL
    /// The same, for videos.
    let videoBaseURL: HTTPURL
    let ownOrigin: OwnOrigin
    let classifier: UpstreamErrorClassifier

    /// Where the service names no pace.
    private static let pollInterval = Duration.seconds(2)

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        if let code = json["code"]?.int, code >= 400 { throw classifier.error(UpstreamErrorBody(json), in: response, at: step) }
        if let items = json["data"]?.array {
            var result = try ImagesAnswer.result(from: json, base: baseURL)
            result.origin = origin(in: items, at: step)
            return .completed(result)
        }
        guard let data = json["data"], data.object != nil else {
            throw UpstreamError(
                .invalidAnswer, status: response.status.code, message: "the provider's answer holds neither result nor task")
        }
        return try task(data, in: response, at: step)
    }

    /// The address the service named where it is its own, else the one its documentation tells.
    func pollURL(of operation: RemoteOperation) -> HTTPURL {
        if let url = operation.state["query"]?.string.flatMap(ownURL) { return url }
        let isVideo = operation.state["object"]?.string == "video"
        return (isVideo ? videoBaseURL.appending(path: "videos/tasks") : baseURL.appending(path: "images/tasks"))
            .appending(segment: operation.id)
    }

    private func ownURL(_ text: String) -> HTTPURL? {
        guard let url = try? HTTPURL(parsing: text), ownOrigin.carriesCredentials(to: url) else { return nil }
        return url
    }

    private func task(_ data: JSONValue, in response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let state = JobState(data["status"]?.filled)
        switch state {
        case .queued, .running: return try pending(data, isQueued: state == .queued, in: response, at: step)
        case .completed: return .completed(try completed(data, at: step))
        case .failed(let status):
            throw failure(reason(of: data) ?? "the task ended \(status)", at: step)
        }
    }

    private func pending(
        _ data: JSONValue, isQueued: Bool, in response: UpstreamResponse, at step: Step
    ) throws(UpstreamError) -> Generation {
        let progress = data["progress"]?.int.map { min(max($0, 0), 100) }
        let pollAfter = classifier.retryAfter(response) ?? Self.pollInterval
        var operation = try operation(data, at: step)
        operation.isQueued = isQueued
        return .pending(operation, progress: progress, pollAfter: pollAfter)
    }

    private func operation(_ data: JSONValue, at step: Step) throws(UpstreamError) -> RemoteOperation {
        switch step {
        case .resume(let operation), .cancel(let operation): return operation
        case .start(let request):
            let query = data["urls"]?["query"]?.filled.flatMap(ownURL)
            guard let id = data["task_id"]?.filled ?? data["task_id"]?.int.map(String.init), id.utf8.count <= 2048,
                id != ".", id != ".."
            else {
                throw UpstreamError(.unknownOutcome, .mayHaveStarted, status: 200, message: "the provider named a task without its id")
            }
            var state: JSONObject = [:]
            state["query"] = query.map { .string($0.description) }
            if request.operation.isVideo { state["object"] = "video" }
            return RemoteOperation(id: id, model: request.model, state: state)
        case .upload: throw UpstreamError(.invalidAnswer, message: "a task is no upload")
        }
    }

    /// Outputs are addresses, or objects that hold one. Without any, the task may be billed all the same: no second purchase.
    private func completed(_ data: JSONValue, at step: Step) throws(UpstreamError) -> GenerationResult {
        let outputs = data["outputs"]?.array ?? []
        let assets = outputs.compactMap { output in
            output.filled.flatMap { ImagesAnswer.remoteContent($0, base: baseURL) }.map { MediaAsset(content: $0) }
                ?? ImagesAnswer.asset(from: output, base: baseURL)
        }
        guard !assets.isEmpty else {
            throw UpstreamError(
                .jobRejected, .mayHaveStarted, status: 200, message: "the provider's task was completed without a result")
        }
        var result = ImagesAnswer.result(assets, from: data)
        result.origin = origin(in: [data] + outputs, at: step)
        return result
    }

    /// What Infron calls the video, where it tells: `videos/edits` takes no other name.
    private func origin(in items: [JSONValue], at step: Step) -> RemoteOperation? {
        guard let video = items.lazy.compactMap({ $0["video_id"]?.filled }).first else { return nil }
        var origin =
            switch step {
            case .start(let request): RemoteOperation(id: video, model: request.model, state: ["object": "video"])
            case .resume(let operation), .cancel(let operation): operation
            case .upload: RemoteOperation(id: video, model: "")
            }
        origin.isQueued = false
        origin.state["video_id"] = .string(video)
        return origin
    }

    private func reason(of data: JSONValue) -> String? {
        data["fail_reason"]?.filled ?? data["error"]?.filled ?? data["error"]?["message"]?.filled ?? data["message"]?.filled
    }

    private func failure(_ reason: String, at step: Step) -> UpstreamError {
        let kind = InfronErrors.kind(ofFailedTask: reason)
        return UpstreamError(
            kind, status: 200, code: kind == .moderated ? "content_policy_violation" : nil, message: classifier.cleaned(reason, at: step))
    }
}
