import HTTP
import Media

/// What the log says of webhooks: never a body, never the query of a URL.
enum WebhookLine {
    /// What has become of a delivery.
    enum Outcome: String, Sendable {
        case delivered = "webhook_delivered"
        case failed = "webhook_failed"
        case givenUp = "webhook_given_up"
    }

    /// - Parameters:
    ///   - reason: why it was not taken.
    ///   - status: the receiver's; nil: there was no answer.
    ///   - wait: until the next delivery.
    static func text(
        _ outcome: Outcome, _ event: WebhookEvent, status: Int? = nil, reason: String? = nil, wait: Duration? = nil
    ) -> String {
        var line: JSONObject = [
            "event": .string(outcome.rawValue), "level": .string(outcome == .givenUp ? "error" : "info"), "webhook": .string(event.id),
            "key": .string(event.owner), "attempts": .integer(event.attempts),
        ]
        if let url = try? HTTPURL(parsing: event.url) { line["url"] = .string(String("\(url.origin)\(url.path)".prefix(256))) }
        if let status { line["status"] = .integer(status) }
        if let reason { line["reason"] = .string(reason) }
        if let wait { line["retry_after_seconds"] = .integer(Int(wait.roundedUpSeconds)) }
        return String(decoding: line.serialized(), as: UTF8.self)
    }

    /// The outbox could not be read or written.
    static func unsaved(_ error: TaskStoreError) -> String {
        let line: JSONObject = ["event": "webhook_outbox_failed", "level": "error", "message": .string(error.message)]
        return String(decoding: line.serialized(), as: UTF8.self)
    }
}
