/// Why an exchange with an upstream did not give what was asked. Message for the log and the caller: no secret, no prompt.
package struct UpstreamError: Error, Sendable, Hashable {
    package var kind: Kind
    package var progress: Progress
    /// What the upstream asked for; capped where it is obeyed.
    package var retryAfter: Duration?
    /// HTTP status of the answer, if there was one.
    package var status: Int?
    /// The provider's own code.
    package var code: String?
    /// The request field the provider blames.
    package var field: String?
    package var message: String
    /// Of a job that was rejected: what the caller asked for was wrong, which the provider tells only now.
    package var blamesInput = false

    package init(
        _ kind: Kind, _ progress: Progress = .answered, status: Int? = nil, code: String? = nil, field: String? = nil,
        retryAfter: Duration? = nil, message: String
    ) {
        self.kind = kind
        self.progress = progress
        self.status = status
        self.code = code
        self.field = field
        self.retryAfter = retryAfter
        self.message = message
    }

    package enum Kind: String, Sendable, CaseIterable {
        /// DNS, connect, TLS, or connect timeout: nothing was sent.
        case unreachable
        /// A reused connection closed before the first byte of an answer, and within a second of the request's last byte.
        case staleConnection
        /// 429 by rate or concurrency.
        case rateLimited
        /// 503, 529: no room.
        case overloaded
        /// 500, 501, 502, 520-523.
        case serverFault
        /// 429 quota, 402: our account is empty.
        case quotaExhausted
        /// 401, 403: our key is refused.
        case keyRefused
        /// 404, 405, 410 on a submit.
        case modelGone
        /// 3xx on a submit.
        case redirected
        /// 2xx that is no answer: unreadable, too large, or without any output.
        case invalidAnswer
        /// 400, 413, 415, 422: the caller's fault.
        case invalidRequest
        /// The content was refused.
        case moderated
        /// Timeout or reset after sending; 408, 504, 524: it may run and be billed.
        case unknownOutcome
        /// A job ended failed for the provider's own reasons.
        case jobFailed
        /// A job ended failed, and another provider would not help.
        case jobRejected
        /// The caller went away.
        case cancelled
    }

    package enum Progress: String, Sendable { case notSent, answered, mayHaveStarted }
}
