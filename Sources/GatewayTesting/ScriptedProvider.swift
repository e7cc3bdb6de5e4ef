package import HTTP
package import Media

/// A provider with a wire format made for tests: the status tells what happened, the body may name an error's kind.
package struct ScriptedProvider: Provider {
    package static let type = "scripted"

    private let name: String
    /// The same for every model.
    package var capabilities: Capabilities
    /// Requests this provider cannot say in its wire format.
    package var cannotSay: Bool
    /// Whether its jobs can be cancelled.
    package var hasCancel: Bool

    package init(_ settings: ProviderSettings) throws(ConfigurationError) {
        self.init(settings.name)
    }

    package init(
        _ name: String, capabilities: Capabilities = Capabilities(maximumCount: 10), cannotSay: Bool = false, hasCancel: Bool = true
    ) {
        self.name = name
        self.capabilities = capabilities
        self.cannotSay = cannotSay
        self.hasCancel = hasCancel
    }

    package func capabilities(for upstreamModel: String) -> Capabilities { capabilities }

    package func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        switch step {
        case .start(let request):
            if cannotSay { throw UpstreamError(.invalidRequest, field: "prompt", message: "it cannot be said") }
            var body: JSONObject = [
                "model": .string(request.model), "n": .integer(request.count), "images": .array(request.inputs.map(Self.text)),
            ]
            body["mask"] = request.mask.map(Self.text)
            return UpstreamRequest(.post, try url("start"), body: .json(.object(body)), streams: request.partialImages != nil)
        case .upload(let input, let model):
            if cannotSay { throw UpstreamError(.invalidRequest, field: "image", message: "it cannot be said") }
            return UpstreamRequest(.post, try url("upload"), body: .json(["model": .string(model), "file": Self.text(input)]))
        case .resume: return UpstreamRequest(.get, try url("resume"))
        case .cancel:
            if !hasCancel { throw UpstreamError(.invalidRequest, .notSent, message: "no cancel") }
            return UpstreamRequest(.delete, try url("cancel"))
        }
    }

    /// 200: done, with as many results as the body says. 201: an upload of the body's name. 202: a job is running. 204: done, with nothing. 205: the job was cancelled there.
    package func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        switch response.status.code {
        case 201: return .uploaded("\(name)-\(String(decoding: response.body, as: UTF8.self))")
        case 200:
            let body = String(decoding: response.body, as: UTF8.self)
            guard let count = body.isEmpty ? Self.count(of: step) : Int(body) else { throw Self.error(response) }
            return .completed(Self.result(count: count))
        case 202: return .pending(RemoteOperation(id: "job", model: "m"), progress: nil, pollAfter: .seconds(1))
        case 204: return .completed(Self.result(count: 0))
        case 205: return .cancelled
        default: throw Self.error(response)
        }
    }

    package func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? {
        switch event.event {
        case "partial": return .partial(base64: event.data, index: 0, details: [:])
        case "completed": return .completed(Self.result(count: 1))
        case "error": throw UpstreamError(UpstreamError.Kind(rawValue: event.data) ?? .serverFault, message: "scripted")
        default: return nil
        }
    }

    /// As many results as asked, each with a cost of one cent.
    package static func result(count: Int) -> GenerationResult {
        let assets = (0..<count).map { MediaAsset(content: .url("https://cdn.invalid/\($0).png")) }
        return GenerationResult(assets: assets, cost: Double(count) * 0.01, usage: ["images": .integer(count)])
    }

    private static func count(of step: Step) -> Int {
        switch step {
        case .start(let request): request.count
        case .upload, .resume, .cancel: 1
        }
    }

    private static func error(_ response: UpstreamResponse) -> UpstreamError {
        let named = UpstreamError.Kind(rawValue: String(decoding: response.body, as: UTF8.self))
        let status = response.status.code
        let kind: UpstreamError.Kind =
            switch status {
            case 429: .rateLimited
            case 401, 403: .keyRefused
            case 402: .quotaExhausted
            case 404, 405, 410: .modelGone
            case 503, 529: .overloaded
            case 408, 504, 524: .unknownOutcome
            case 500...599: .serverFault
            case 300...399: .redirected
            default: .invalidRequest
            }
        let retryAfter = response.fields["retry-after"].flatMap { Int($0) }.map { Duration.seconds($0) }
        let progress: UpstreamError.Progress = (named ?? kind) == .unknownOutcome ? .mayHaveStarted : .answered
        return UpstreamError(named ?? kind, progress, status: status, retryAfter: retryAfter, message: "scripted \(status)")
    }

    private static func text(_ input: MediaInput) -> JSONValue {
        switch input.content {
        case .data(let source): .string("data:\(source.count)")
        case .url(let url): .string("url:\(url)")
        case .base64(let text): .string("base64:\(text)")
        case .uploaded(let name): .string("uploaded:\(name)")
        }
    }

    private func url(_ path: String) throws(UpstreamError) -> HTTPURL {
        do throws(HTTPURLError) {
            return try HTTPURL(parsing: "http://\(name).invalid/\(path)")
        } catch {
            throw UpstreamError(.invalidRequest, .notSent, message: "the name of a scripted provider must be a host name")
        }
    }
}
