import Media

/// What xAI's errors mean: most of it stands in their words.
enum XAIErrors {
    /// Three shapes: `{error: {message, code}}`, `{code, error: "text"}` and `{error: "text"}`.
    static func body(_ json: JSONValue?) -> UpstreamErrorBody {
        var body = UpstreamErrorBody(json)
        body.code = body.code ?? json?["code"]?.filled
        return body
    }

    /// A wrong key is told with 400, an empty account with 403 or 429, refused content with any of them.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        let status = refusal.status
        guard refusal.isInSuccess || [400, 401, 403, 422, 429].contains(status) else { return nil }
        if refusal.blamesUs(by: ["incorrect api key", "invalid api key"]) { return .keyRefused }
        if status != 400, refusal.blamesUs(by: ["credits", "spending limit"]) { return .quotaExhausted }
        if status != 429, refusal.speaks(of: moderationWords) { return .moderated }
        let blamesModel = refusal.blamesUs(by: ["model not found", "does not exist or your team"])
        return refusal.isSubmit && status == 400 && blamesModel ? .modelGone : nil
    }

    /// Of a job that ended failed; codes that mean the same everywhere are known elsewhere.
    static let failures = CodeTable(
        codes: ["content_policy_violation": .moderated], containing: [("moderation", .moderated)],
        phrases: moderationWords.map { ($0, .moderated) })

    /// For an answer that says no more than that it shows nothing.
    static let withheld = UpstreamErrorBody(
        message: "the provider's moderation withheld the result", code: "content_policy_violation")

    /// USD; the service counts in ten-thousand-millionths.
    static func cost(_ json: JSONValue) -> Double? {
        json["usage"]?["cost_in_usd_ticks"]?.double.map { $0 / 1e10 }
    }

    private static let moderationWords = ["content moderation", "usage guidelines", "content policy", "safety_check"]
}
