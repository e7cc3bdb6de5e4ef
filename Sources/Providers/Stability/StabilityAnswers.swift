import HTTP
import Media

/// What Stability AI's answers mean.
struct StabilityAnswers: Sendable {
    let classifier: UpstreamErrorClassifier

    /// `{id, name, errors: [text]}`.
    static func read(_ response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        let errors = (json?["errors"]?.array ?? []).compactMap(\.filled)
        var body = UpstreamErrorBody(json)
        if !errors.isEmpty { body.message = errors.joined(separator: "; ") }
        body.code = json?["name"]?.filled ?? body.code
        return body
    }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        if response.holdsImage { return try bytes(response, at: step) }
        let json = try response.json()
        try refuseFiltered(json["finish_reason"]?.filled, in: response, at: step)
        var reply = JobReply(step.startedRequest == nil ? .completed : .queued, id: json["id"]?.filled)
        reply.pollAfter = Self.pollInterval
        reply.result = result(from: json)
        // A poll is answered with 202 until the result is there (unconfirmed).
        if step.startedRequest == nil, response.status.code == 202 { reply.state = .running }
        if let result = reply.result, step.startedRequest != nil { return .completed(result) }
        guard reply.id != nil || isJob(step) else {
            throw UpstreamError(.invalidAnswer, status: response.status.code, message: "the provider's answer holds no result")
        }
        return try classifier.generation(reply, in: response, at: step)
    }

    /// The pace that the documentation asks for (unconfirmed).
    private static let pollInterval = Duration.seconds(10)

    private func isJob(_ step: Step) -> Bool {
        step.startedRequest.map { StabilityModel($0.model).isJob } ?? true
    }

    private func bytes(_ response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try refuseFiltered(response.fields["finish-reason"], in: response, at: step)
        var result = GenerationResult(assets: [MediaAsset(content: .bytes(response.body))])
        if let seed = response.fields["seed"].flatMap({ Int($0) }) { result.details["seed"] = .integer(seed) }
        return .completed(result)
    }

    /// What the filter has blurred is no result.
    private func refuseFiltered(_ reason: String?, in response: UpstreamResponse, at step: Step) throws(UpstreamError) {
        guard let reason, reason.uppercased() == "CONTENT_FILTERED" else { return }
        let body = UpstreamErrorBody(message: "the provider's filter withheld the image", code: "content_filtered")
        throw classifier.failure(body, in: response, at: step)
    }

    private func result(from json: JSONValue) -> GenerationResult? {
        guard let picture = json["image"]?.filled ?? json["result"]?.filled else { return nil }
        var result = GenerationResult(assets: [MediaAsset(content: .base64(picture))])
        if let seed = json["seed"]?.int { result.details["seed"] = .integer(seed) }
        return result
    }
}
