import HTTP
import Media

/// fal's two kinds of errors: a model's, as a list of `{loc, msg, type}`, and the platform's, with an `error_type`.
///
/// https://fal.ai/docs/model-apis/errors
enum FalErrors {
    /// Of jobs. Only what is clearly the platform's is worth buying elsewhere; the names beside timeouts and runners are unconfirmed.
    static let failures = CodeTable(
        codes: ["downstream_service_unavailable": .jobFailed, "downstream_service_error": .jobFailed, "no_media_generated": .jobRejected],
        containing: [
            ("content_policy", .moderated), ("nsfw", .moderated), ("timeout", .jobFailed), ("runner_", .jobFailed),
            ("internal_", .jobFailed),
        ])

    /// A locked account is told as 403, an empty one as well.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard refusal.status == 403 else { return nil }
        return refusal.blamesUs(by: ["exhausted balance", "top_up", "top up"]) ? .quotaExhausted : nil
    }

    /// Of an answer that is no success.
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        var body = UpstreamErrorBody(json)
        body.type = type(in: json) ?? response.fields["x-fal-error-type"].flatMap { $0.isEmpty ? nil : $0 } ?? body.type
        return body
    }

    /// Of a job's state; nil where the job did not end with an error.
    static func body(ofEnded json: JSONValue) -> UpstreamErrorBody? {
        let type = json["error_type"]?.filled
        guard var body = UpstreamErrorBody(inSuccess: json) ?? type.map({ UpstreamErrorBody(message: $0) }) else { return nil }
        body.type = type ?? body.type
        body.status = nil
        return body
    }

    /// The result was asked for before there was one.
    static func isTooEarly(_ body: UpstreamErrorBody) -> Bool {
        body.message?.lowercased().contains("still in progress") == true
    }

    /// One refusal of the content among several complaints counts.
    private static func type(in json: JSONValue?) -> String? {
        if let type = json?["error_type"]?.filled { return type }
        let types = (json?["detail"]?.array ?? []).compactMap { $0["type"]?.filled }
        return types.first { $0.contains("content_policy") } ?? types.first
    }
}
