import HTTP
import Media

/// The events of a streaming image call (OpenAI's `image_generation.*` and `image_edit.*`).
struct StreamEvents: Sendable {
    let request: GenerationRequest
    /// Seconds since 1970.
    let created: Int

    private var prefix: String { request.operation == .generate ? "image_generation" : "image_edit" }

    func partial(_ base64: String, index: Int, _ details: JSONObject) -> ServerSentEvent {
        var data = common("\(prefix).partial_image", base64, type: nil, details)
        data["partial_image_index"] = .integer(index)
        return event(data)
    }

    func completed(
        _ base64: String, type: MediaType?, _ details: JSONObject, usage: JSONObject?, warnings: [Warning] = []
    ) -> ServerSentEvent {
        var data = common("\(prefix).completed", base64, type: type, details)
        data["usage"] = .object(usage ?? StreamEvents.noUsage)
        if !warnings.isEmpty { data["warnings"] = warnings.json }
        return event(data)
    }

    func failed(_ error: APIError) -> ServerSentEvent {
        var data: JSONObject = ["type": "error"]
        if let inner = error.body(in: .openAI)["error"] { data["error"] = inner }
        return event(data)
    }

    private func event(_ data: JSONObject) -> ServerSentEvent {
        ServerSentEvent(event: data["type"]?.string, data: String(decoding: data.serialized(), as: UTF8.self))
    }

    private func common(_ type: String, _ base64: String, type media: MediaType?, _ details: JSONObject) -> JSONObject {
        func detail(_ field: String, _ legal: Set<String>, _ asked: String?) -> JSONValue {
            let value = details[field]?.string ?? asked ?? "auto"
            return .string(legal.contains(value) ? value : "auto")
        }
        let made = media.flatMap { $0 == .jpeg ? "jpeg" : $0.isImage ? $0.fileExtension : nil }
        let asked = made ?? details["output_format"]?.string ?? "png"
        return [
            "type": .string(type), "b64_json": .string(base64), "created_at": .integer(created),
            "size": detail("size", ["1024x1024", "1024x1536", "1536x1024", "auto"], request.size.description),
            "quality": detail("quality", ["low", "medium", "high", "auto"], request.quality),
            "background": detail("background", ["transparent", "opaque", "auto"], request.background?.rawValue),
            "output_format": .string(["png", "webp", "jpeg"].contains(asked) ? asked : "png"),
        ]
    }

    /// The clients' models demand the object; nothing was counted.
    private static let noUsage: JSONObject = [
        "input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "input_tokens_details": ["image_tokens": 0, "text_tokens": 0],
    ]
}
