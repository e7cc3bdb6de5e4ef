import HTTP
import Media

/// What Recraft's errors mean: a line of plain text, or JSON with `code` and `message`.
///
/// https://www.recraft.ai/docs/api-reference/error-handling
enum RecraftErrors {
    static func read(_ response: UpstreamResponse) -> UpstreamErrorBody {
        if let json = try? response.json(), json.object != nil { return UpstreamErrorBody(json) }
        let text = String(decoding: response.body.prefix(1024), as: UTF8.self)
        return UpstreamErrorBody(message: text.isEmpty || text.hasPrefix("<") ? nil : text)
    }

    /// The words for an empty account and for refused content are unconfirmed.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        [400, 403, 422].contains(refusal.status) ? codes.kind(of: refusal.body) : nil
    }

    private static let codes = CodeTable(
        codes: ["not_enough_credits": .quotaExhausted],
        containing: [("moderation", .moderated), ("nsfw", .moderated)],
        phrases: [
            ("not enough credits", .quotaExhausted), ("not enough api units", .quotaExhausted), ("moderation", .moderated),
            ("content policy", .moderated), ("nsfw", .moderated),
        ])
}
