import Media

/// What ImageRouter's errors mean. Those inside a 200 are told apart by type and, where that says little, by their words.
enum ImageRouterErrors {
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        if refusal.blamesUs(by: ["is not available"]), refusal.speaks(of: ["model"]) { return .modelGone }
        guard refusal.isInSuccess else { return nil }
        return kindByName(refusal) ?? kindByWords(refusal)
    }

    /// Some failures inside a 200 are charged and not refunded: buying again elsewhere would pay twice.
    static func charged(_ json: JSONValue) -> UpstreamError? {
        guard UpstreamErrorBody(inSuccess: json) != nil, let cost = json["cost"]?.double, cost > 0 else { return nil }
        return UpstreamError(.unknownOutcome, .mayHaveStarted, status: 200, message: "ImageRouter answered with an error and a charge")
    }

    /// Types whose meaning is certain; the vague ones (`internal_error`, `invalid_request_error`) leave it to the words.
    private static func kindByName(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        let vague: Set<UpstreamError.Kind> = [.serverFault, .invalidRequest]
        return vague.contains(refusal.kind) ? nil : refusal.kind
    }

    /// In this order: what may have been paid comes before what may be bought again.
    private static func kindByWords(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        let rules: [(kind: UpstreamError.Kind, phrases: [String])] = [
            (.moderated, ["moderation_blocked", "content_policy", "content policy", "safety system", "invalid content detected"]),
            (
                .quotaExhausted,
                [
                    "insufficient_quota", "usage_limit_exceeded", "insufficient credit", "not enough credit", "insufficient balance",
                    "insufficient funds", "billing must be enabled",
                ]
            ),
            (.unknownOutcome, ["504 gateway", "deadline expired", "timed out", "timeout"]),
            (.rateLimited, ["rate_limit_exceeded", "rate limit", "too many requests", "429"]),
            (.overloaded, ["overloaded", "high demand", "at maximum capacity"]),
            (.serverFault, ["invalid api key"]),
        ]
        return rules.first { $0.kind == .quotaExhausted ? refusal.blamesUs(by: $0.phrases) : refusal.speaks(of: $0.phrases) }?.kind
    }
}
