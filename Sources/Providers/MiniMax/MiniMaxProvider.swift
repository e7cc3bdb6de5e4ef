import HTTP
package import Media

/// MiniMax: pictures at once, videos as tasks. Newer models have the second generation of paths; the older ones give a file, whose address
/// is behind one more question.
///
/// https://platform.minimax.io/docs/api-reference
package struct MiniMaxProvider: RemoteProvider {
    package static let type = "minimax"
    package static let description = ProviderDescription(
        name: "MiniMax", documentation: "https://platform.minimax.io/docs", keyVariable: "MINIMAX_API_KEY",
        examples: ["image-01", "image-01-live", "MiniMax-H3", "MiniMax-Hailuo-02", "S2V-01"])
    static let service = "https://api.minimax.io"

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: { MiniMaxErrors.body(try? $0.json()) ?? UpstreamErrorBody() },
            rule: MiniMaxErrors.kind)
    }

    /// Where requests go and what they carry. The service in China is at `https://api.minimaxi.com`.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: service)
    }

    package func capabilities(for upstreamModel: String) -> Capabilities {
        MiniMaxModel(upstreamModel).capabilities
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            let (path, fields) = try MiniMaxFields.submit(request)
            return endpoint.post(path, .json(.object(fields)))
        case .resume(let operation): return endpoint.get(pollURL(of: operation))
        case .upload: throw .unsayable(nil, "MiniMax takes images with the request")
        case .cancel(let operation):
            guard case .secondVideo = MiniMaxModel(operation.model).generation else {
                throw .unsayable(nil, "MiniMax cannot cancel a task of this model")
            }
            return endpoint.delete(endpoint.baseURL.appending(path: "v2/video_generation").appending(segment: operation.id))
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        let json = try success(of: response, at: step)
        switch step {
        case .cancel: return .cancelled
        case .start(let request) where !request.operation.isVideo: return .completed(try pictures(json, at: step))
        case .start, .resume, .upload:
            let reply = reply(json, at: step)
            if step.startedRequest == nil, json["task"]?["status"]?.filled == "cancelled" { return .cancelled }
            return try classifier.generation(reply, in: response, at: step, failures: MiniMaxErrors.failures)
        }
    }

    /// Errors come with any status: `base_resp` is the judge. A task that failed tells why in the same place.
    private func success(of response: UpstreamResponse, at step: Step) throws(UpstreamError) -> JSONValue {
        if case .cancel = step, response.status.code == 404 { return [:] }
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        if case .cancel = step, response.body.isEmpty { return [:] }
        let json = try response.json()
        if let body = MiniMaxErrors.body(json), json["status"]?.filled?.lowercased() != "fail" {
            throw classifier.error(body, in: response, at: step)
        }
        return json
    }

    /// The file's address where the task has told the file, else the task.
    private func pollURL(of operation: RemoteOperation) -> HTTPURL {
        guard case .firstVideo = MiniMaxModel(operation.model).generation else {
            return endpoint.baseURL.appending(path: "v2/query/video_generation").appending(segment: operation.id)
        }
        if let file = operation.state["file_id"]?.filled {
            return endpoint.baseURL.appending(path: "v1/files/retrieve").appending(queryItems: [("file_id", file)])
        }
        return endpoint.baseURL.appending(path: "v1/query/video_generation").appending(queryItems: [("task_id", operation.id)])
    }
}

extension MiniMaxProvider {
    /// What is missing among several was withheld for its content: so `failed_count` is read (unconfirmed).
    private func pictures(_ json: JSONValue, at step: Step) throws(UpstreamError) -> GenerationResult {
        let urls = (json["data"]?["image_urls"]?.array ?? []).compactMap { $0.filled }
        let inline = (json["data"]?["image_base64"]?.array ?? []).compactMap { $0.filled }
        let assets =
            urls.compactMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }.map { MediaAsset(content: $0) }
            + inline.compactMap { ImagesAnswer.asset(from: ["b64_json": .string($0)], base: endpoint.baseURL) }
        let withheld = Self.number(json["metadata"]?["failed_count"]) ?? 0
        guard !assets.isEmpty else {
            let message = "the provider withheld the result"
            if withheld > 0 { throw UpstreamError(.moderated, status: 200, code: "content_policy_violation", message: message) }
            throw UpstreamError(.invalidAnswer, status: 200, message: "the provider's answer holds no result")
        }
        guard withheld > 0 else { return GenerationResult(assets: assets) }
        let warning = Warning(field: "n", message: "\(withheld) of \(withheld + assets.count) images were withheld by the provider")
        return GenerationResult(assets: assets, warnings: [warning])
    }

    private func reply(_ json: JSONValue, at step: Step) -> JobReply {
        if let operation = step.operation, operation.state["file_id"] != nil { return file(json["file"] ?? .null) }
        let task = json["task"] ?? json
        let word = task["status"]?.filled
        var reply = JobReply(JobState(word), id: Self.text(json["task_id"]) ?? Self.text(task["id"]))
        reply.pollAfter = .seconds(5)
        if case .failed(let word) = reply.state { reply.error = MiniMaxErrors.failure(task, word) }
        if reply.state == .completed, let file = Self.text(task["file_id"]) {
            reply.state = .running
            reply.memory["file_id"] = .string(file)
            reply.pollAfter = .zero
            return reply
        }
        return with(task["content"]?["url"]?.filled, seconds: task["duration"]?.int, reply)
    }

    private func file(_ file: JSONValue) -> JobReply {
        with(file["download_url"]?.filled, seconds: nil, JobReply(.completed))
    }

    private func with(_ url: String?, seconds: Int?, _ reply: JobReply) -> JobReply {
        guard let url, let content = ImagesAnswer.remoteContent(url, base: endpoint.baseURL) else { return reply }
        var reply = reply
        var result = GenerationResult(assets: [MediaAsset(content: content)])
        if let seconds { result.details["seconds"] = .string(String(seconds)) }
        reply.result = result
        return reply
    }

    /// Names come as texts and as numbers.
    private static func text(_ json: JSONValue?) -> String? {
        json?.filled ?? json?.int.map(String.init)
    }

    private static func number(_ json: JSONValue?) -> Int? {
        (json?.int ?? json?.filled.flatMap { Int($0) }).flatMap { (0...1000).contains($0) ? $0 : nil }
    }
}
