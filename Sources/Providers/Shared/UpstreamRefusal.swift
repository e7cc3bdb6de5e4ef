package import Media

/// An answer that is an error, as the rules judge it.
package struct UpstreamRefusal: Sendable {
    /// The HTTP status, or what an error inside a 2xx answer amounts to.
    package let status: Int
    /// The answer's own status was 2xx.
    package let isInSuccess: Bool
    /// The answer to a submit, where the model and the caller's request are judged; else to a poll or a cancel.
    package let isSubmit: Bool
    package private(set) var body: UpstreamErrorBody

    package init(status: Int, body: UpstreamErrorBody, isSubmit: Bool) {
        isInSuccess = (200..<300).contains(status)
        self.status = isInSuccess ? Self.status(told: body) : status
        self.isSubmit = isSubmit
        self.body = body
    }

    /// Whether what is not there is called a model, in the provider's own words.
    var namesModel: Bool {
        let nouns = ["model", "deployment", "endpoint", "version"]
        return body.field == "model" || nouns.contains { noun in body.names.contains { $0.contains(noun) } || body.blamesUs(by: noun) }
    }

    /// The same answer with another body.
    func with(_ body: UpstreamErrorBody) -> UpstreamRefusal {
        var copy = self
        copy.body = body
        return copy
    }

    /// Whether the message speaks of something, in any case.
    package func speaks(of phrases: [String]) -> Bool {
        phrases.contains(where: body.speaks)
    }

    /// The same of our key, account or model: words that the caller wrote, too, do not count.
    package func blamesUs(by phrases: [String]) -> Bool {
        phrases.contains(where: body.blamesUs)
    }

    /// An error in a 2xx answer that tells nothing we know is the provider's own fault.
    private static func status(told body: UpstreamErrorBody) -> Int {
        if let status = body.status, (300..<600).contains(status) { return status }
        return body.names.lazy.compactMap { statusesByName[$0] }.first ?? 500
    }

    private static let statusesByName = [
        "invalid_request_error": 400, "invalid_value": 400, "bad_request": 400,
        "unauthorized": 401, "authentication_error": 401, "invalid_api_key": 401,
        "payment_required": 402, "access_denied": 403, "permission_error": 403, "permission_denied": 403,
        "model_not_found": 404, "not_found_error": 404, "not_found": 404,
        "rate_limit_error": 429, "rate_limit_exceeded": 429, "too_many_requests": 429, "concurrency_limit_exceeded": 429,
        "server_error": 500, "internal_error": 500, "internal_server_error": 500, "api_error": 500,
        "overloaded_error": 503, "overloaded": 503, "service_unavailable": 503, "server_overloaded": 503,
        "gateway_timeout": 504,
    ]
}

extension UpstreamRefusal {
    /// The fallback law, by status and by the codes that mean the same everywhere.
    package var kind: UpstreamError.Kind {
        if !Self.statusesDeafToModeration.contains(status), names(in: Self.moderationCodes) { return .moderated }
        if [400, 403, 422, 429, 500].contains(status), names(in: Self.quotaCodes) { return .quotaExhausted }
        if [400, 422].contains(status), names(in: Self.keyCodes) { return .keyRefused }
        if isSubmit, [400, 403, 422].contains(status), blamesModel { return .modelGone }
        return kindByStatus
    }

    private var kindByStatus: UpstreamError.Kind {
        switch status {
        case 300..<400: .redirected
        case 400, 413, 415, 422: isSubmit ? .invalidRequest : .jobRejected
        case 401, 403, 407: .keyRefused
        case 402: .quotaExhausted
        case 404, 405, 410: isSubmit ? .modelGone : .jobRejected
        case 408, 499, 504, 524: .unknownOutcome
        case 409, 423, 424, 425, 503, 529: .overloaded
        case 429: .rateLimited
        case _: .serverFault
        }
    }

    /// The model's name is the operator's, never the caller's fault.
    private var blamesModel: Bool {
        body.field == "model" || names(in: ["model_not_found", "model_not_available", "unknown_model"])
    }

    private func names(in codes: Set<String>) -> Bool {
        body.names.contains(where: codes.contains)
    }

    private static let statusesDeafToModeration: Set<Int> = [401, 402, 408, 429, 504, 524]

    /// Names of refused content.
    static let moderationCodes: Set<String> = [
        "moderation_blocked", "content_policy_violation", "content_filter", "content_filtered", "contentfilter", "content_moderation",
        "responsibleaipolicyviolation", "data_inspection_failed", "datainspectionfailed",
    ]

    /// Names of an empty account.
    static let quotaCodes: Set<String> = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_user_quota", "insufficient_credits",
        "insufficient_balance", "insufficient_funds", "usage_limit_exceeded", "credits_exhausted", "deposit_required",
    ]

    private static let keyCodes: Set<String> = ["invalid_api_key", "incorrect_api_key", "unauthorized", "authentication_error"]
}
