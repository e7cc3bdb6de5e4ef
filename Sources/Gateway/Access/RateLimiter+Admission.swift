package import HTTP

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

    /// Adds to the answer, refused or not, what it says of the limit, where there is one.
    package func add(to fields: inout HTTPFields) {
        guard let limit else { return }
        fields.append(.rateLimitRequests, limit)
        fields.append(.rateLimitRemainingRequests, remaining)
        fields.append(.rateLimitResetRequests, RateLimitText.text(of: resetAfter))
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
        let milliseconds = max(0, Int((duration.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
        if (1..<1000).contains(milliseconds) { return "\(milliseconds)ms" }
        let seconds = (milliseconds + 999) / 1000
        return minute.indices.contains(seconds) ? minute[seconds] : text(ofSeconds: seconds)
    }

    /// From 0 to 60 seconds: all that a bucket's period leaves.
    private static let minute = (0...60).map(text(ofSeconds:))

    private static func text(ofSeconds whole: Int) -> String {
        let hours = whole >= 3600 ? "\(whole / 3600)h" : ""
        let minutes = whole >= 60 ? "\(whole / 60 % 60)m" : ""
        return "\(hours)\(minutes)\(whole % 60)s"
    }
}

extension HTTPFieldName {
    static let rateLimitRequests: HTTPFieldName = "x-ratelimit-limit-requests"
    static let rateLimitRemainingRequests: HTTPFieldName = "x-ratelimit-remaining-requests"
    static let rateLimitResetRequests: HTTPFieldName = "x-ratelimit-reset-requests"
    static let rateLimitTasks: HTTPFieldName = "x-ratelimit-limit-tasks"
    static let rateLimitRemainingTasks: HTTPFieldName = "x-ratelimit-remaining-tasks"
}
