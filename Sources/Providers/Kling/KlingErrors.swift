import Media

/// What Kling's codes mean, in answers of any status and in failed tasks.
enum KlingErrors {
    private static let codes = CodeTable(codes: [
        "1000": .keyRefused, "1001": .keyRefused, "1002": .keyRefused, "1003": .keyRefused, "1004": .keyRefused,
        "1100": .quotaExhausted, "1101": .quotaExhausted, "1102": .quotaExhausted, "1103": .keyRefused,
        "1200": .invalidRequest, "1201": .invalidRequest, "1202": .invalidRequest, "1203": .modelGone,
        "1300": .moderated, "1301": .moderated, "1302": .rateLimited, "1303": .rateLimited, "1304": .keyRefused,
        "5000": .serverFault, "5001": .overloaded, "5002": .unknownOutcome,
    ])

    /// A task tells only in words why it failed (the words are unconfirmed).
    static let failures = CodeTable(phrases: [
        ("risk control", .moderated), ("moderation", .moderated), ("sensitive", .moderated), ("content security", .moderated),
        ("content policy", .moderated), ("internal error", .jobFailed),
    ])

    /// `{code, message}`, of any status.
    static func body(_ json: JSONValue?) -> UpstreamErrorBody {
        UpstreamErrorBody(message: json?["message"]?.filled, code: json?["code"]?.int.map(String.init))
    }

    /// The model is the operator's to name; what a poll is told is about the task alone. A poll whose token was out of its time is asked
    /// again, with a new one: the task is paid for.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard let kind = codes.kind(of: refusal.body) else { return nil }
        if !refusal.isSubmit, ["1003", "1004"].contains(refusal.body.code) { return .overloaded }
        if !refusal.isSubmit, kind == .modelGone || kind == .invalidRequest { return .jobRejected }
        return kind == .invalidRequest && refusal.blamesUs(by: ["model_name"]) ? .modelGone : kind
    }
}
