package import HTTP
package import Media

/// OpenAI's `Video` object and everything that looks like it, read leniently.
package struct VideoAnswer: Sendable {
    private let baseURL: HTTPURL
    private let classifier: UpstreamErrorClassifier

    /// Where the server names no pace.
    private static let pollInterval = Duration.seconds(2)

    /// - Parameter baseURL: what `videos` lies below.
    package init(baseURL: HTTPURL, classifier: UpstreamErrorClassifier) {
        self.baseURL = baseURL
        self.classifier = classifier
    }

    /// Where a video is asked for, and removed.
    package func url(of operation: RemoteOperation) -> HTTPURL {
        baseURL.appending(path: "videos").appending(segment: operation.id)
    }

    /// What the answer to a submit, a poll or a cancel means.
    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        if case .cancel = step {
            guard response.status.isSuccess || response.status.code == 404 else { throw classifier.error(for: response, at: step) }
            return .cancelled
        }
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        if response.holdsVideo {
            return .completed(GenerationResult(assets: [MediaAsset(content: .bytes(response.body))]))
        }
        return try generation(of: try response.json(), in: response, at: step)
    }

    private func generation(of video: JSONValue, in response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let word = video["status"]?.filled
        // A video that failed carries its error; without a status, the error is the answer.
        if word == nil, let body = UpstreamErrorBody(inSuccess: video) { throw classifier.error(body, in: response, at: step) }
        let state = JobState(word)
        if case .failed(let word) = state { throw failure(video, word, in: response, at: step) }
        if word == nil, step.startedRequest == nil {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer tells no status")
        }
        let operation = try operation(video, isQueued: state == .queued, at: step)
        guard state == .completed else {
            return .pending(operation, progress: Self.progress(video["progress"]), pollAfter: pace(response))
        }
        return .completed(completed(video, operation, isNew: step.startedRequest != nil))
    }

    private func operation(_ video: JSONValue, isQueued: Bool, at step: Step) throws(UpstreamError) -> RemoteOperation {
        switch step {
        case .start(let request):
            guard let id = video["id"]?.filled ?? video["task_id"]?.filled, id.utf8.count <= 2048, id != ".", id != ".." else {
                throw UpstreamError(.unknownOutcome, .mayHaveStarted, status: 200, message: "the provider named a video without its id")
            }
            return RemoteOperation(id: id, model: request.model, isQueued: isQueued)
        case .resume(var operation), .cancel(var operation):
            operation.isQueued = isQueued
            return operation
        case .upload: throw UpstreamError(.invalidAnswer, message: "a video is no upload")
        }
    }

    private func completed(_ video: JSONValue, _ operation: RemoteOperation, isNew: Bool) -> GenerationResult {
        var result = ImagesAnswer.result([asset(video, operation)], from: video)
        if let seconds = video["seconds"]?.filled ?? video["seconds"]?.int.map(String.init) { result.details["seconds"] = .string(seconds) }
        if isNew { result.origin = operation }
        return result
    }

    /// The file's own address where the server tells one, else its content path.
    private func asset(_ video: JSONValue, _ operation: RemoteOperation) -> MediaAsset {
        let told = video["url"]?.filled ?? video["metadata"]?["url"]?.filled
        if let content = told.flatMap({ ImagesAnswer.remoteContent($0, base: baseURL) }) { return MediaAsset(content: content) }
        let content = url(of: operation).appending(path: "content")
        func variant(_ name: String) -> MediaAsset.Content {
            .url(content.appending(queryItems: [(name: "variant", value: name)]).description)
        }
        return MediaAsset(
            content: .url(content.description), thumbnail: variant("thumbnail"), spritesheet: variant("spritesheet"))
    }

    private func failure(_ video: JSONValue, _ word: String, in response: UpstreamResponse, at step: Step) -> UpstreamError {
        var body = UpstreamErrorBody(video)
        body.message = body.message ?? video["fail_reason"]?.filled ?? "the video ended \(word)"
        return classifier.failure(body, in: response, at: step)
    }

    private func pace(_ response: UpstreamResponse) -> Duration {
        let told = response.fields["openai-poll-after-ms"].flatMap { Int($0) }
        if let told, told > 0 { return .milliseconds(min(told, 3_600_000)) }
        return classifier.retryAfter(response) ?? Self.pollInterval
    }

    private static func progress(_ json: JSONValue?) -> Int? {
        json?.double.map { Int(min(max($0, 0), 100)) }
    }
}
