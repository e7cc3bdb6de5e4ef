import HTTP
import Media

/// OpenRouter's `{error: {code, message, metadata}}`, whose code is a status.
///
/// https://openrouter.ai/docs/api/reference/errors-and-debugging
enum OpenRouterErrors {
    /// Of answers. A model that is not there is told as an invalid request (unconfirmed).
    static let table = CodeTable(phrases: [
        ("not a valid model", .modelGone), ("no endpoints found", .modelGone), ("is not available in your region", .modelGone),
    ])

    /// Of videos that ended failed, by their text.
    static let failures = CodeTable(
        codes: ["content_policy_violation": .moderated],
        phrases: [
            ("content_policy", .moderated), ("content policy", .moderated), ("moderation", .moderated), ("safety", .moderated),
            ("provider returned error", .jobFailed), ("provider error", .jobFailed), ("timed out", .jobFailed),
        ])

    private static let moderationWords = ["moderation_blocked", "content_policy_violation", "content_filter"]

    /// Of an answer that is no success.
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        (try? response.json()).map(body) ?? UpstreamErrorBody()
    }

    /// nil where there is no error.
    static func body(inSuccess json: JSONValue) -> UpstreamErrorBody? {
        UpstreamErrorBody(inSuccess: json) == nil ? nil : body(json)
    }

    /// `metadata.reasons` tells flagged content (unconfirmed), `metadata.raw` what the provider behind OpenRouter said.
    private static func body(_ json: JSONValue) -> UpstreamErrorBody {
        var body = UpstreamErrorBody(json)
        let metadata = json["error"]?["metadata"]
        let raw = metadata?["raw"]?.filled ?? ""
        let isFlagged = metadata?["reasons"]?.array?.isEmpty == false || moderationWords.contains { raw.contains($0) }
        if isFlagged { body.type = "content_policy_violation" }
        return body
    }
}
