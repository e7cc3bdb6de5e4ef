import HTTP
import Media

/// Google's error answers: `{error: {code, message, status, details}}`, the same in a list, and the texts of the Interactions API.
///
/// https://ai.google.dev/gemini-api/docs/troubleshooting
struct GoogleErrors: Sendable {
    /// For jobs, whose states it judges.
    let classifier: UpstreamErrorClassifier

    /// - Parameters:
    ///   - secrets: texts that must never be passed on.
    ///   - now: seconds since 1970.
    init(secrets: [String], now: @escaping @Sendable () -> Int) {
        classifier = UpstreamErrorClassifier(
            secrets: secrets, now: now, reader: { Self.body(try? $0.json()) },
            rule: { refusal in
                let kind = Self.table.kind(of: refusal.body)
                return kind == .modelGone && !refusal.isSubmit ? nil : kind
            })
    }

    /// The answer as JSON, whatever it tells inside.
    /// - Throws: what another status than 2xx means.
    func json(of response: UpstreamResponse, at step: Step) throws(UpstreamError) -> JSONValue {
        guard response.status.isSuccess else { throw error(for: response, at: step) }
        return try response.json()
    }

    /// The same, where an `error` inside means that there is no answer.
    func success(of response: UpstreamResponse, at step: Step) throws(UpstreamError) -> JSONValue {
        let json = try json(of: response, at: step)
        guard UpstreamErrorBody(inSuccess: json[0] ?? json) == nil else { throw told(json, in: response, at: step) }
        return json
    }

    /// What an answer of another status than 2xx means.
    func error(for response: UpstreamResponse, at step: Step) -> UpstreamError {
        told(try? response.json(), in: response, at: step)
    }

    private func told(_ json: JSONValue?, in response: UpstreamResponse, at step: Step) -> UpstreamError {
        var error = classifier.error(Self.body(json), in: response, at: step)
        error.retryAfter = error.retryAfter ?? Self.retryDelay(json)
        return error.blamingSource(at: step)
    }

    /// Refused content; nothing of what was asked is repeated.
    static func refusal(_ reason: String) -> UpstreamError {
        UpstreamError(.moderated, status: 200, code: "content_policy_violation", message: reason)
    }
}

extension GoogleErrors {
    /// The reason, where one is told, counts before the status's name.
    static func body(_ json: JSONValue?) -> UpstreamErrorBody {
        let json = json?[0] ?? json
        guard let error = json?["error"], error.object != nil else { return UpstreamErrorBody(json) }
        let reason = details(json).lazy.compactMap { $0["reason"]?.filled }.first
        return UpstreamErrorBody(
            message: error["message"]?.filled, type: error["status"]?.filled,
            code: isDaily(json) ? "daily_quota" : reason ?? error["code"]?.filled, status: error["code"]?.int)
    }

    private static let table = CodeTable(
        codes: [
            "api_key_invalid": .keyRefused, "api_key_expired": .keyRefused, "unauthenticated": .keyRefused,
            // Billing or region, never the caller's request.
            "failed_precondition": .quotaExhausted, "billing_disabled": .quotaExhausted, "daily_quota": .quotaExhausted,
        ],
        phrases: [
            ("api key not valid", .keyRefused), ("api key expired", .keyRefused),
            // Imagen and Veo refuse prompts with INVALID_ARGUMENT and such words (unconfirmed).
            ("responsible ai", .moderated), ("usage guidelines", .moderated), ("sensitive words", .moderated),
            ("is no longer available", .modelGone),
        ])

    private static func details(_ json: JSONValue?) -> [JSONValue] {
        (json?[0] ?? json)?["error"]?["details"]?.array ?? []
    }

    /// A day's quota does not come back in this call's time; a minute's does. How the quota is named is unconfirmed.
    private static func isDaily(_ json: JSONValue?) -> Bool {
        details(json).contains { detail in
            (detail["violations"]?.array ?? []).contains { $0["quotaId"]?.filled?.contains("PerDay") ?? false }
        }
    }

    /// google.rpc.RetryInfo: `12s` or `1.5s`.
    private static func retryDelay(_ json: JSONValue?) -> Duration? {
        guard let text = details(json).lazy.compactMap({ $0.google("retryDelay")?.filled }).first, text.hasSuffix("s"),
            let seconds = Double(text.dropLast()), seconds > 0, seconds < 86_400
        else { return nil }
        return .milliseconds(Int(seconds * 1000))
    }
}
