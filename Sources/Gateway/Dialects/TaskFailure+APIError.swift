import HTTP
import Media

extension TaskFailure {
    /// What a call would have been told, kept for whoever asks later.
    init(_ error: APIError) {
        self.init(
            status: error.status.code, type: error.type, code: error.code ?? error.type, field: error.field, message: error.message,
            retryAfter: error.retryAfter, shouldRetry: error.shouldRetry)
    }
}

extension APIError {
    /// What a waiting caller is told of a task that ended without a result.
    init(_ failure: TaskFailure, attempts: [Attempt] = [], dialect: Dialect = .openAI) {
        self.init(
            HTTPStatus(failure.status), type: failure.type, code: failure.code, field: failure.field, failure.message,
            retryAfter: failure.retryAfter, shouldRetry: failure.shouldRetry, attempts: attempts)
        // A task is kept in one dialect and may be asked for in another: Infron's callers know a refusal by these two.
        guard dialect == .infron, ["content_policy_violation", "moderation_blocked"].contains(failure.code) else { return }
        status = 422
        type = "content_policy_violation"
    }
}
