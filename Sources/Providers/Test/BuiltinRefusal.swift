import HTTP
import Media

/// An error answer of the built-in upstream, in OpenAI's shape.
struct BuiltinRefusal: Error {
    var status: Int
    var message: String
    var type = "invalid_request_error"
    var field: String?
    var code: String?
    /// Seconds.
    var retryAfter: Int?

    var response: UpstreamResponse {
        let error: JSONObject = [
            "message": .string(message), "type": .string(type), "param": field.map { .string($0) } ?? .null,
            "code": code.map { .string($0) } ?? .null,
        ]
        var fields: HTTPFields = [.contentType: "application/json"]
        if let retryAfter { fields.set(.retryAfter, String(retryAfter)) }
        return UpstreamResponse(status: HTTPStatus(status), fields: fields, body: JSONValue.object(["error": .object(error)]).serialized())
    }

    static func invalid(_ field: String, _ message: String) -> BuiltinRefusal {
        BuiltinRefusal(status: 400, message: message, field: field, code: "invalid_value")
    }

    static let unknownModel = BuiltinRefusal(
        status: 404, message: "The built-in provider has no such model.", field: "model", code: "model_not_found")
    static let noSuchPath = BuiltinRefusal(status: 404, message: "The built-in provider has no such path.")
    static let noSuchVideo = BuiltinRefusal(status: 404, message: "The built-in provider has no such video.", code: "not_found")
    static let rateLimited = BuiltinRefusal(
        status: 429, message: "The test model refuses every call as one too many.", type: "requests", code: "rate_limit_exceeded",
        retryAfter: 1)
    static let overloaded = BuiltinRefusal(
        status: 503, message: "The test model has no room at the moment.", type: "server_error", code: "overloaded")
    static let moderated = BuiltinRefusal(
        status: 400, message: "The test model refuses every prompt as unsafe.", type: "image_generation_user_error",
        code: "moderation_blocked")
}
