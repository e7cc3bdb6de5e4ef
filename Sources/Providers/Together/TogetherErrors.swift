import Media

/// What Together AI's errors mean beside their status: nothing of this is documented (unconfirmed).
enum TogetherErrors {
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        if refusal.status == 403, refusal.blamesUs(by: ["balance", "credit", "payment", "billing"]) { return .quotaExhausted }
        let words = ["nsfw", "safety checker", "safety system", "content policy", "flagged as"]
        return [400, 403, 422].contains(refusal.status) && refusal.speaks(of: words) ? .moderated : nil
    }

    /// Of a job that ended failed; codes that mean the same everywhere are known elsewhere.
    static let failures = CodeTable(
        containing: [("nsfw", .moderated), ("safety", .moderated)],
        phrases: [("nsfw", .moderated), ("content policy", .moderated), ("moderation", .moderated), ("flagged as", .moderated)])
}
