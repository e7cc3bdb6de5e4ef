import HTTP
package import Media

/// ComfyUI: a job is a whole graph. The upstream model is the name of a file in the operator's folder of workflows, whose places such as
/// `{{prompt}}` and `{{image}}` are filled for each request.
///
/// https://docs.comfy.org/development/comfyui-server/comms_routes
package struct ComfyUIProvider: RemoteProvider {
    package static let type = "comfyui"
    package static let description = ProviderDescription(
        name: "ComfyUI", documentation: "https://docs.comfy.org", options: [ProviderOption("workflows", .folder)], examples: ["a-workflow"])

    private let endpoint: UpstreamEndpoint
    private let classifier: UpstreamErrorClassifier
    private let workflows: [String: ComfyUIWorkflow]
    private let random: @Sendable () -> UInt64

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        endpoint = try Self.endpoint(settings)
        classifier = UpstreamErrorClassifier(
            secrets: endpoint.secrets, now: settings.now, reader: ComfyUIErrors.body, rule: ComfyUIErrors.table.rule)
        random = settings.random
        var workflows: [String: ComfyUIWorkflow] = [:]
        for (name, document) in settings.documents {
            guard let workflow = ComfyUIWorkflow(document) else {
                throw ConfigurationError(key: "workflows", "\(name).json is no workflow in API format; export it again by \"Export (API)\"")
            }
            workflows[name] = workflow
        }
        self.workflows = workflows
    }

    /// On this machine, without a key.
    package static func endpoint(_ settings: ProviderSettings) throws(ConfigurationError) -> UpstreamEndpoint {
        try UpstreamEndpoint(settings, service: "http://127.0.0.1:8188", authentication: .elsewhere)
    }

    /// Whatever graphs can do, where there is no such workflow: the request then says so.
    package func capabilities(for upstreamModel: String) -> Capabilities {
        workflows[upstreamModel]?.capabilities
            ?? Capabilities(
                operations: [.generate, .edit, .vary, .upscale, .removeBackground, .video], acceptsMask: true, maskForm: .white,
                maximumInputs: ComfyUIWorkflow.mostInputs, inputForm: .upload, encodings: [])
    }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .upload(let input, let model):
            _ = try workflow(model)
            return endpoint.post("upload/image", .multipart(try parts(of: input)))
        case .start(let request):
            let graph = try workflow(request.model).filled(for: request, seed: Int(random() >> 11))
            return endpoint.post("prompt", .json(["prompt": graph, "client_id": .string(name("client"))]))
        case .resume(let operation):
            if job(operation).asksQueue { return endpoint.get("queue") }
            return endpoint.get(endpoint.baseURL.appending(path: "history").appending(segment: operation.id))
        case .cancel(let operation): return cancel(operation)
        }
    }

    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        switch step {
        case .upload: return .uploaded(try uploaded(try response.json()))
        case .start(let request): return try started(try classifier.success(of: response, at: step), request, in: response, at: step)
        case .resume(let operation): return try polled(try response.json(), job(operation), in: response, at: step)
        case .cancel: return .cancelled
        }
    }
}

extension ComfyUIProvider {
    private func workflow(_ name: String) throws(UpstreamError) -> ComfyUIWorkflow {
        guard let workflow = workflows[name] else {
            throw UpstreamError(.modelGone, .notSent, message: "there is no such workflow in the folder of workflows")
        }
        return workflow
    }

    private func job(_ operation: RemoteOperation) -> ComfyUIJob { ComfyUIJob(baseURL: endpoint.baseURL, operation: operation) }

    private func name(_ kind: String) -> String { "zoetrope-\(kind)-\(String(random(), radix: 16))" }

    /// Under a name of its own: uploads of one name replace each other.
    private func parts(of input: MediaInput) throws(UpstreamError) -> [MultipartPart] {
        var input = input
        input.fileName = "\(name("input")).\(input.type?.fileExtension ?? "png")"
        let texts = RequestParts.texts(from: ["type": "input", "overwrite": "false"])
        return [try RequestParts.file(named: "image", input)] + texts
    }

    private func uploaded(_ json: JSONValue) throws(UpstreamError) -> String {
        guard let name = json["name"]?.filled else {
            throw UpstreamError(.invalidAnswer, status: 200, message: "the provider does not name the uploaded image")
        }
        return json["subfolder"]?.filled.map { "\($0)/\(name)" } ?? name
    }

    private func started(
        _ json: JSONValue, _ request: GenerationRequest, in response: UpstreamResponse, at step: Step
    ) throws(UpstreamError) -> Generation {
        var reply = JobReply(.queued, id: json["prompt_id"]?.filled)
        if request.operation.isVideo { reply.memory["video"] = true }
        reply.pollAfter = .seconds(1)
        return try classifier.generation(reply, in: response, at: step)
    }

    private func polled(
        _ json: JSONValue, _ job: ComfyUIJob, in response: UpstreamResponse, at step: Step
    ) throws(UpstreamError) -> Generation {
        if job.asksQueue { return try classifier.generation(job.reply(toQueue: json), in: response, at: step) }
        switch job.ending(inHistory: json) {
        case .interrupted: return .cancelled
        case .reply(let reply): return try classifier.generation(reply, in: response, at: step, failures: ComfyUIErrors.failures)
        }
    }

    /// One that waits leaves the queue; only one that was seen running is interrupted, by its id, which servers since 2025 look at.
    private func cancel(_ operation: RemoteOperation) -> UpstreamRequest {
        guard job(operation).isRunning else { return endpoint.post("queue", .json(["delete": [.string(operation.id)]])) }
        return endpoint.post("interrupt", .json(["prompt_id": .string(operation.id)]))
    }
}
