import HTTP
import Media

/// What Ark's answers mean.
struct ArkAnswers: Sendable {
    let baseURL: HTTPURL
    let classifier: UpstreamErrorClassifier

    /// A single image may carry an error instead; the others are kept.
    func images(_ response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try classifier.success(of: response, at: step)
        let items = json["data"]?.array ?? []
        let assets = items.compactMap { ImagesAnswer.asset(from: $0, base: baseURL) }
        let withheld = items.compactMap(UpstreamErrorBody.init(inSuccess:))
        if assets.isEmpty, let first = withheld.first { throw classifier.error(first, in: response, at: step) }
        guard !assets.isEmpty else { return .completed(try ImagesAnswer.result(from: json, base: baseURL)) }
        var result = ImagesAnswer.result(assets, from: json)
        if result.details["size"] == nil { result.details["size"] = items.lazy.compactMap { $0["size"]?.filled }.first.map { .string($0) } }
        if let first = withheld.first {
            let reason = first.message.map { ": " + classifier.cleaned($0, at: step) } ?? ""
            result.warnings.append(Warning(field: "n", message: "\(withheld.count) of \(items.count) images were withheld\(reason)"))
        }
        return .completed(result)
    }

    /// The answer to a video's submit, or to a poll.
    func task(_ response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        let word = json["status"]?.filled
        // A task that failed carries its error; without a status, the error is the answer.
        if word == nil, let body = UpstreamErrorBody(inSuccess: json) { throw classifier.error(body, in: response, at: step) }
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.error = UpstreamErrorBody(inSuccess: json)
        if let url = json["content"]?["video_url"]?.filled, let content = ImagesAnswer.remoteContent(url, base: baseURL) {
            reply.result = result(content, from: json)
        }
        return try classifier.generation(reply, in: response, at: step, failures: ArkErrors.failures)
    }

    /// Only a task that waits can be removed; one that is gone is as good as cancelled.
    func cancelled(_ response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess || response.status.code == 404 else { throw classifier.error(for: response, at: step) }
        return .cancelled
    }

    private func result(_ content: MediaAsset.Content, from json: JSONValue) -> GenerationResult {
        var result = GenerationResult(assets: [MediaAsset(content: content)])
        if let seconds = json["duration"]?.int { result.details["seconds"] = .string(String(seconds)) }
        if let seed = json["seed"]?.int { result.details["seed"] = .integer(seed) }
        return result
    }
}
