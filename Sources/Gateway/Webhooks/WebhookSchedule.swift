package import HTTP

/// When an event is told again: the example schedule of the Standard Webhooks specification, just over three days long.
enum WebhookSchedule {
    /// From one delivery to the next; the first one is at once.
    static let delays: [Duration] = [
        .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3600), .seconds(5 * 3600), .seconds(10 * 3600), .seconds(14 * 3600),
        .seconds(20 * 3600), .seconds(24 * 3600),
    ]

    /// The longest `Retry-After` that is obeyed.
    static let longestWish = Duration.seconds(24 * 3600)

    /// What follows from a delivery.
    enum Verdict: Sendable, Hashable {
        case delivered
        case later(Duration)
        /// The receiver wants no more of it.
        case gone
        /// The schedule is at its end.
        case exhausted
    }

    /// - Parameters:
    ///   - deliveries: tried so far, this one included.
    ///   - answer: nil: there was none.
    ///   - jitter: from 0 up to 1; a wait is up to a fifth longer.
    static func verdict(after deliveries: Int, answer: WebhookAnswer?, jitter: Double) -> Verdict {
        if answer?.status.isSuccess == true { return .delivered }
        if answer?.status == 410 { return .gone }
        guard delays.indices.contains(deliveries - 1) else { return .exhausted }
        let wait = delays[deliveries - 1] * (1 + min(max(jitter, 0), 1) / 5)
        return .later(max(wait, min(answer?.retryAfter ?? .zero, longestWish)))
    }
}

/// What a receiver said to an event.
package struct WebhookAnswer: Sendable, Hashable {
    package var status: HTTPStatus
    /// nil: it asks for no wait.
    package var retryAfter: Duration?

    package init(status: HTTPStatus, retryAfter: Duration? = nil) {
        self.status = status
        self.retryAfter = retryAfter
    }
}
