import HTTP
import Media

/// What providers give, as JSON that fixtures can be compared with; what is absent is left out.
enum Rendered {
    static func request(_ request: UpstreamRequest) -> JSONValue {
        var json: JSONObject = ["method": .string(request.method.rawValue), "url": .string(request.url.description)]
        if request.streams { json["streams"] = true }
        var fields: JSONObject = [:]
        request.fields.forEach { fields[$0] = .string($1) }
        json["fields"] = .object(fields)
        switch request.body {
        case .none: break
        case .json(let body): json["json"] = body
        case .bytes(let bytes, let type): json["bytes"] = [.string(type), .string(String(decoding: bytes, as: UTF8.self))]
        case .multipart(let parts): json["multipart"] = .array(parts.map(part))
        }
        return .object(json)
    }

    static func generation(_ generation: Generation) -> JSONValue {
        switch generation {
        case .pending(let operation, let progress, let pollAfter):
            var json = Rendered.operation(operation)
            json["progress"] = progress.map { .integer($0) }
            json["poll_after"] = seconds(pollAfter)
            return ["pending": .object(json)]
        case .completed(let result): return ["completed": Rendered.result(result)]
        case .cancelled: return "cancelled"
        case .uploaded(let name): return ["uploaded": .string(name)]
        }
    }

    static func event(_ event: GenerationEvent?) -> JSONValue {
        switch event {
        case .partial(let base64, let index, let details):
            ["partial": ["base64": .string(base64), "index": .integer(index), "details": .object(details)]]
        case .completed(let result): ["completed": Rendered.result(result)]
        case nil: .null
        }
    }

    static func error(_ error: UpstreamError) -> JSONValue {
        var json: JSONObject = ["kind": .string(error.kind.rawValue), "progress": .string(error.progress.rawValue)]
        json["status"] = error.status.map { .integer($0) }
        json["code"] = error.code.map { .string($0) }
        json["field"] = error.field.map { .string($0) }
        json["retry_after"] = error.retryAfter.map(seconds)
        json["message"] = .string(error.message)
        return .object(json)
    }

    private static func operation(_ operation: RemoteOperation) -> JSONObject {
        var json: JSONObject = ["id": .string(operation.id), "model": .string(operation.model), "state": .object(operation.state)]
        if operation.isQueued { json["queued"] = true }
        return json
    }

    private static func result(_ result: GenerationResult) -> JSONValue {
        var json: JSONObject = ["assets": .array(result.assets.map(asset))]
        json["origin"] = result.origin.map { .object(operation($0)) }
        json["cost"] = result.cost.map { $0 == $0.rounded() ? .integer(Int($0)) : .number($0) }
        json["usage"] = result.usage.map { .object($0) }
        if !result.details.isEmpty { json["details"] = .object(result.details) }
        if !result.warnings.isEmpty { json["warnings"] = .array(result.warnings.map { .string("\($0.field): \($0.message)") }) }
        return .object(json)
    }

    private static func asset(_ asset: MediaAsset) -> JSONValue {
        var json = content(asset.content)
        json["revised_prompt"] = asset.revisedPrompt.map { .string($0) }
        json["thumbnail"] = asset.thumbnail.map { .object(content($0)) }
        json["spritesheet"] = asset.spritesheet.map { .object(content($0)) }
        return .object(json)
    }

    private static func content(_ content: MediaAsset.Content) -> JSONObject {
        switch content {
        case .bytes(let bytes): ["bytes": .integer(bytes.count)]
        case .base64(let text): ["base64": .string(text)]
        case .url(let url): ["url": .string(url)]
        }
    }

    private static func part(_ part: MultipartPart) -> JSONValue {
        switch part.content {
        case .text(let text): return [.string(part.name), .string(text)]
        case .file(let source, let name, let type):
            guard case .bytes(let bytes) = source else { return [.string(part.name), "a spooled file"] }
            return [.string(part.name), .string("file \(name) \(type) \(String(decoding: bytes, as: UTF8.self))")]
        }
    }

    /// Whole milliseconds as seconds.
    private static func seconds(_ duration: Duration) -> JSONValue {
        let milliseconds = Int(duration / .milliseconds(1))
        return milliseconds % 1000 == 0 ? .integer(milliseconds / 1000) : .number(Double(milliseconds) / 1000)
    }
}
