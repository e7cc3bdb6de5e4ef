import HTTP
import Media

/// Replicate's `{title, detail, status}`, and the words of predictions that failed.
///
/// https://replicate.com/docs/reference/error-codes
enum ReplicateErrors {
    /// Refused content first; E1001 (out of memory) is the request's own size. Codes of three digits are unconfirmed.
    static let failures = CodeTable(
        codes: ["e005": .moderated, "e1001": .jobRejected, "e1000": .jobFailed, "e003": .jobFailed, "e004": .jobFailed],
        phrases: [
            ("nsfw", .moderated), ("flagged as sensitive", .moderated), ("content policy", .moderated), ("content_policy", .moderated),
            ("moderation", .moderated), ("safety filter", .moderated), ("(code: pa)", .jobFailed),
        ])

    /// Of a prediction that failed: a code such as E1000 is a word of the text.
    static func failure(_ message: String) -> UpstreamErrorBody {
        let words = message.split { !$0.isLetter && !$0.isNumber }
        let code = words.first { word in
            word.first == "E" && (4...5).contains(word.utf8.count) && word.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        }
        return UpstreamErrorBody(message: message, code: code.map(String.init))
    }

    /// A version that is gone, or that was never ours, is told as an invalid request.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard refusal.isSubmit, refusal.status == 422 else { return nil }
        return refusal.blamesUs(by: ["version does not exist", "invalid version", "version is disabled"]) ? .modelGone : nil
    }

    /// Of an answer that is no success; the field is told in a list beside (unconfirmed).
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        var body = UpstreamErrorBody(json)
        body.message = body.message ?? json?["title"]?.filled
        if let field = json?["invalid_fields"]?[0]?["field"]?.filled {
            body.field = field.hasPrefix("input.") ? String(field.dropFirst(6)) : field
        }
        return body
    }
}
