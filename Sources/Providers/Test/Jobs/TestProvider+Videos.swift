import HTTP
import Media

/// OpenAI's video paths, as the built-in provider uses them.
extension TestProvider {
    static func videoRequest(for request: GenerationRequest, base: HTTPURL) throws(UpstreamError) -> UpstreamRequest {
        var fields = request.extras
        fields["model"] = .string(request.model)
        fields["prompt"] = request.prompt.map { .string($0) }
        fields["size"] = .string(request.size.description)
        fields["seconds"] = request.seconds.map { .string(String($0)) }
        fields["seed"] = request.seed.map { .integer($0) }
        var parts: [MultipartPart] = []
        for input in request.inputs { parts.append(try RequestParts.file(named: "input_reference", input)) }
        var path = videoPath(of: request.operation)
        switch request.source {
        case .made(let operation) where request.operation == .remixVideo: path = "videos/\(operation.id)/remix"
        case .made(let operation): fields["video"] = ["id": .string(operation.id)]
        case .given(let input): parts.append(try RequestParts.file(named: "video", input))
        case nil: break
        }
        let url = base.appending(path: path)
        guard !parts.isEmpty else { return UpstreamRequest(.post, url, body: .json(.object(fields))) }
        return UpstreamRequest(.post, url, body: .multipart(RequestParts.texts(from: fields) + parts))
    }

    /// A remix needs the name of what it is made from; of a caller's own video, it is an edit.
    private static func videoPath(of operation: GenerationRequest.Operation) -> String {
        switch operation {
        case .extendVideo: "videos/extensions"
        case .editVideo, .remixVideo: "videos/edits"
        case .video, .generate, .edit, .vary, .upscale, .removeBackground: "videos"
        }
    }

    func videoGeneration(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        if case .cancel = step { return .cancelled }
        let json = try response.json()
        switch json["status"]?.string {
        case "queued", "in_progress": return try pending(json, response, at: step)
        case "completed": return .completed(try completed(json))
        case "failed": throw failure(json, at: step)
        case "cancelled": return .cancelled
        case _: throw UpstreamError(.invalidAnswer, .mayHaveStarted, status: 200, message: "the provider's answer holds no video job")
        }
    }

    private func pending(_ json: JSONValue, _ response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard let id = json["id"]?.filled else {
            throw UpstreamError(.invalidAnswer, .mayHaveStarted, status: 200, message: "the provider named a video without its id")
        }
        let model =
            switch step {
            case .start(let request): request.model
            case .resume(let operation), .cancel(let operation): operation.model
            case .upload(_, let model): model
            }
        let operation = RemoteOperation(id: id, model: model, isQueued: json["status"] == "queued")
        let pause = response.fields["openai-poll-after-ms"].flatMap { Int($0) } ?? 500
        return .pending(operation, progress: json["progress"]?.int, pollAfter: .milliseconds(pause))
    }

    private func completed(_ json: JSONValue) throws(UpstreamError) -> GenerationResult {
        guard let video = json["video"]?.filled else {
            throw UpstreamError(.invalidAnswer, .mayHaveStarted, status: 200, message: "the provider's answer holds no video")
        }
        let asset = MediaAsset(
            content: .base64(video), thumbnail: json["thumbnail"]?.filled.map { .base64($0) },
            spritesheet: json["spritesheet"]?.filled.map { .base64($0) })
        var details: JSONObject = [:]
        for key in ["seconds", "size"] {
            if let value = json[key]?.filled { details[key] = .string(value) }
        }
        return GenerationResult(assets: [asset], cost: 0, details: details)
    }

    /// A job's end is no answer about the request: another provider may do better, unless it is about the content.
    private func failure(_ json: JSONValue, at step: Step) -> UpstreamError {
        let code = json["error"]?["code"]?.filled
        let message = json["error"]?["message"]?.filled ?? "the job failed"
        return UpstreamError(
            code == "moderation_blocked" ? .moderated : .jobFailed, status: 200, code: code, message: classifier.cleaned(message, at: step))
    }
}
