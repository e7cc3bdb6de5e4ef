import HTTP
import Media

/// A server-sent event of an image stream, by its `type`, or by its event name where the data names none.
enum OpenAIStreamEvent {
    case partial(base64: String, index: Int, details: JSONObject)
    /// Shaped like an `ImagesResponse` with one picture.
    case completed(JSONValue)
    case failed(UpstreamErrorBody)
    case other

    /// - Throws: an error of kind `invalidAnswer` for data that is not JSON.
    init(_ event: ServerSentEvent) throws(UpstreamError) {
        guard !event.data.isEmpty, event.data != "[DONE]" else {
            self = .other
            return
        }
        guard let json = try? JSONValue(parsing: Array(event.data.utf8)) else {
            throw UpstreamError(.invalidAnswer, status: 200, message: "an event of the provider is not valid JSON")
        }
        self = Self.read(json, type: json["type"]?.filled ?? event.event ?? "")
    }

    private static func read(_ json: JSONValue, type: String) -> OpenAIStreamEvent {
        if let body = UpstreamErrorBody(inSuccess: json) { return .failed(body) }
        switch type {
        case "error":
            var body = UpstreamErrorBody(json)
            if body.type == "error" { body.type = nil }
            return .failed(body)
        case "image_generation.partial_image", "image_edit.partial_image":
            guard let base64 = json["b64_json"]?.filled else { return .other }
            return .partial(base64: base64, index: json["partial_image_index"]?.int ?? 0, details: ImagesAnswer.details(of: json))
        case "image_generation.completed", "image_edit.completed": return .completed(wrapped(json))
        case _: return json["data"]?.array == nil ? .other : .completed(json)
        }
    }

    /// The event's own members, with its picture where an `ImagesResponse` has it.
    private static func wrapped(_ json: JSONValue) -> JSONValue {
        guard var members = json.object else { return json }
        members["data"] = .array([json])
        return .object(members)
    }
}
