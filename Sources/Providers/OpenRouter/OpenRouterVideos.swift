import HTTP
import Media

/// A video's job: what a submit and a poll answer.
struct OpenRouterVideos: Sendable {
    /// Where videos lie, and what may be asked because an answer names it.
    let endpoint: UpstreamEndpoint
    /// What errors mean.
    let classifier: UpstreamErrorClassifier

    /// The address that the submit named, where it is OpenRouter's own; else the documented one.
    func pollURL(of operation: RemoteOperation) -> HTTPURL {
        endpoint.ownURL(operation.state["polling_url"]?.filled) ?? url(of: operation.id)
    }

    /// What the answer to a submit or a poll means.
    func generation(from json: JSONValue, in response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        // A video that failed carries its error; without a status, the error is the answer.
        let word = json["status"]?.filled
        if word == nil, let body = OpenRouterErrors.body(inSuccess: json) { throw classifier.error(body, in: response, at: step) }
        guard word != nil || step.startedRequest != nil else {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "OpenRouter told no status")
        }
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.memory["polling_url"] = endpoint.ownURL(json["polling_url"]?.filled).map { .string($0.description) }
        reply.error = OpenRouterErrors.body(inSuccess: json) ?? UpstreamErrorBody(message: "the video ended \(word ?? "without a status")")
        if reply.state == .completed, let id = reply.id ?? step.operation?.id { reply.result = result(json, id) }
        return try classifier.generation(reply, in: response, at: step, failures: OpenRouterErrors.failures)
    }

    /// The unsigned addresses are on OpenRouter's own origin and are fetched with the key; the signed ones must not get it.
    private func result(_ json: JSONValue, _ id: String) -> GenerationResult {
        let unsigned = addresses(json["unsigned_urls"])
        let signed = addresses(json["urls"]).filter { endpoint.ownURL($0) == nil }
        let content = url(of: id).appending(path: "content").appending(queryItems: [("index", "0")]).description
        let told = unsigned.isEmpty ? signed : unsigned
        var result = ImagesAnswer.result([], from: json)
        result.assets = (told.isEmpty ? [content] : told).map { MediaAsset(content: .url($0)) }
        return result
    }

    private func addresses(_ list: JSONValue?) -> [String] {
        (list?.array ?? []).compactMap { item in
            item.filled.flatMap { try? endpoint.baseURL.resolving($0) }?.description
        }
    }

    private func url(of id: String) -> HTTPURL {
        endpoint.baseURL.appending(path: "videos").appending(segment: id)
    }
}
