import Media

/// What Infron's errors mean, in answers and in the reasons of failed tasks.
enum InfronErrors {
    /// A 403 with Infron's envelope is flagged input; one without is its edge turning us away.
    /// https://infron.ai/docs/llm-apis/api-guides/errors-code
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard refusal.status == 403, refusal.body.message != nil, refusal.kind == .keyRefused else { return nil }
        return refusal.blamesUs(by: ["api key", "apikey", "permission", "forbidden", "access denied", "not allowed"]) ? nil : .moderated
    }

    /// Only a fault that is clearly Infron's makes a failed task worth buying elsewhere.
    static func kind(ofFailedTask reason: String) -> UpstreamError.Kind {
        let reason = reason.lowercased()
        func speaks(of phrases: [String]) -> Bool { phrases.contains { reason.contains($0) } }
        if speaks(of: ["content_policy", "content policy", "moderation", "moderated", "safety"]) { return .moderated }
        let ownFaults = ["provider", "internal error", "internal server error", "internal_error", "timeout", "timed out", "overloaded"]
        return speaks(of: ownFaults) ? .jobFailed : .jobRejected
    }
}
