/// Why a call got nothing, after everything that was allowed had been tried.
package struct DispatchFailure: Error, Sendable, Hashable {
    /// What the call died of.
    package var kind: Kind
    /// HTTP status for the caller; never 401, 402 or 403, for those are about our own keys.
    package var status: Int
    /// The upstream error that decided, or the last one.
    package var error: UpstreamError?
    /// Set for `capacity`: when the soonest candidate is expected back.
    package var retryAfter: Duration?
    /// false: a repeat might buy the same thing twice; nil: not said.
    package var shouldRetry: Bool?
    /// The request field at fault, where there is one.
    package var field: String?
    /// For the caller and the log: no secret, no prompt.
    package var message: String

    package init(
        _ kind: Kind, error: UpstreamError? = nil, retryAfter: Duration? = nil, shouldRetry: Bool? = nil, field: String? = nil,
        message: String
    ) {
        self.kind = kind
        let blamed: Kind = kind == .jobRejected && error?.blamesInput == true ? .invalidRequest : kind
        self.status = blamed.status(answered: error?.status)
        self.error = error
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
        self.field = field ?? error?.field
        self.message = message
    }

    /// Why there is no result.
    package enum Kind: String, Sendable, CaseIterable {
        /// An upstream says the request is wrong.
        case invalidRequest
        /// The content was refused.
        case moderated
        /// No candidate can honour the request.
        case unsupported
        /// Every reason was a lack of room for now.
        case capacity
        /// The outcome is unknown and may be billed; the policy forbids to try elsewhere.
        case ambiguous
        /// Nobody was left, and lack of room was not the only reason.
        case exhausted
        /// A job ended failed, and another provider would not help.
        case jobRejected
        /// The caller went away.
        case cancelled

        fileprivate func status(answered: Int?) -> Int {
            switch self {
            case .invalidRequest: answered.flatMap { [400, 413, 415, 422].contains($0) ? $0 : nil } ?? 400
            case .moderated, .unsupported: 400
            case .capacity: 503
            case .ambiguous, .exhausted, .jobRejected: 502
            case .cancelled: 499
            }
        }
    }
}
