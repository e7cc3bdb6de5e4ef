import HTTP
import Media

/// What DashScope's answers mean.
struct DashScopeAnswers: Sendable {
    let baseURL: HTTPURL
    let classifier: UpstreamErrorClassifier

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        if case .cancel = step { return .cancelled }
        let json = try response.json()
        let output = json["output"] ?? .null
        if let word = output["task_status"]?.filled { return try task(output, JobState(word), in: response, at: step) }
        if let id = output["task_id"]?.filled { return try task(["task_id": .string(id)], .queued, in: response, at: step) }
        // An error may come as a 200.
        if json["code"]?.filled != nil { throw classifier.error(UpstreamErrorBody(json), in: response, at: step) }
        return try images(output, in: response, at: step)
    }

    private func images(_ output: JSONValue, in response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let assets = pictures(output)
        if !assets.isEmpty { return .completed(GenerationResult(assets: assets)) }
        // An answer to the submit of a task names the task, or it may be billed and lost.
        guard submitsTask(step) else {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer holds no result")
        }
        return try classifier.generation(JobReply(.queued), in: response, at: step)
    }

    private func submitsTask(_ step: Step) -> Bool {
        guard let request = step.startedRequest else { return false }
        return DashScopeModel(request.model).wire(for: request.operation) != .multimodal
    }

    private func task(
        _ output: JSONValue, _ state: JobState, in response: UpstreamResponse, at step: Step
    ) throws(UpstreamError) -> Generation {
        var reply = JobReply(state, id: output["task_id"]?.filled)
        reply.pollAfter = .seconds(3)
        if output["code"]?.filled != nil || output["message"]?.filled != nil { reply.error = UpstreamErrorBody(output) }
        let withheld = (output["results"]?.array ?? []).filter { $0["code"]?.filled != nil }
        if let url = output["video_url"]?.filled, let content = ImagesAnswer.remoteContent(url, base: baseURL) {
            reply.result = GenerationResult(assets: [MediaAsset(content: content, revisedPrompt: output["actual_prompt"]?.filled)])
        } else {
            reply.result = GenerationResult(assets: pictures(output), warnings: warnings(withheld, at: step))
        }
        if state == .completed, reply.result?.assets.isEmpty != false, let first = withheld.first {
            throw classifier.failure(UpstreamErrorBody(first), in: response, at: step, by: DashScopeErrors.failures)
        }
        return try classifier.generation(reply, in: response, at: step, failures: DashScopeErrors.failures)
    }

    /// Of a message, or of a task's list.
    private func pictures(_ output: JSONValue) -> [MediaAsset] {
        let parts = (output["choices"]?.array ?? []).flatMap { $0["message"]?["content"]?.array ?? [] }
        var told: [(url: String?, prompt: String?)] = parts.map { ($0["image"]?.filled, nil) }
        told += (output["results"]?.array ?? []).map { ($0["url"]?.filled, $0["actual_prompt"]?.filled) }
        return told.compactMap { item in
            item.url.flatMap { ImagesAnswer.remoteContent($0, base: baseURL) }.map { MediaAsset(content: $0, revisedPrompt: item.prompt) }
        }
    }

    private func warnings(_ withheld: [JSONValue], at step: Step) -> [Warning] {
        guard let first = withheld.first else { return [] }
        let reason = first["message"]?.filled.map { ": " + classifier.cleaned($0, at: step) } ?? ""
        return [Warning(field: "n", message: "\(withheld.count) of the images were not made\(reason)")]
    }
}
