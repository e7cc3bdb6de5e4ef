package import HTTP

/// Header fields by name, in the order in which they are sent.
package typealias RateLimitFields = [(name: HTTPFieldName, value: String)]

/// Whether a request may go on, and what its answer says of the limit.
package struct Admission: Sendable {
    /// nil: unlimited.
    private let limit: Int?
    private let remaining: Int
    private let resetAfter: Duration
    /// nil: admitted.
    private let retryAfter: Duration?

    static let unlimited = Admission()

    private init() {
        limit = nil
        remaining = 0
        resetAfter = .zero
        retryAfter = nil
    }

    init(limit: Int, _ decision: TokenBucket.Decision) {
        self.limit = limit
        switch decision {
        case .taken(let remaining, let resetAfter):
            self.remaining = max(0, remaining)
            self.resetAfter = resetAfter
            retryAfter = nil
        case .refused(let retryAfter, let resetAfter):
            remaining = 0
            self.resetAfter = resetAfter
            self.retryAfter = retryAfter
        }
    }

    package var isAdmitted: Bool { retryAfter == nil }

    /// For the answer, refused or not; empty where there is no limit.
    package var fields: RateLimitFields {
        guard let limit else { return [] }
        return [
            (.rateLimitRequests, String(limit)), (.rateLimitRemainingRequests, String(remaining)),
            (.rateLimitResetRequests, RateLimitText.text(of: resetAfter)),
        ]
    }

    /// What a caller is told who is not admitted.
    package var error: APIError {
        APIError(
            429, type: "requests", code: "rate_limit_exceeded",
            "This key may make \(limit ?? 0) requests per minute. Try again in \(RateLimitText.text(of: retryAfter ?? .zero)).",
            retryAfter: retryAfter)
    }
}

/// Durations as OpenAI's rate limit fields tell them: `20ms`, `1s`, `6m0s`.
enum RateLimitText {
    /// Rounded up: to milliseconds below a second, else to seconds.
    static func text(of duration: Duration) -> String {
        let duration = max(duration, .zero)
        let (seconds, attoseconds) = duration.components
        let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        if seconds == 0, milliseconds < 1000 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let whole = duration.roundedUpSeconds
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        if hours > 0 { return "\(hours)h\(minutes)m\(whole % 60)s" }
        return minutes > 0 ? "\(minutes)m\(whole % 60)s" : "\(whole)s"
    }
}

extension HTTPFieldName {
    static let rateLimitRequests: HTTPFieldName = "x-ratelimit-limit-requests"
    static let rateLimitRemainingRequests: HTTPFieldName = "x-ratelimit-remaining-requests"
    static let rateLimitResetRequests: HTTPFieldName = "x-ratelimit-reset-requests"
    static let rateLimitTasks: HTTPFieldName = "x-ratelimit-limit-tasks"
    static let rateLimitRemainingTasks: HTTPFieldName = "x-ratelimit-remaining-tasks"
}
