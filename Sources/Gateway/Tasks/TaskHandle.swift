import HTTP
import Media

/// A task, wherever it is.
enum TaskHandle: Sendable {
    case live(LiveTask)
    /// Indirect, for a task is large, and this waits in frames.
    indirect case stored(GenerationTask)

    /// As it is now.
    var task: GenerationTask {
        switch self {
        case .live(let live): live.task
        case .stored(let task): task
        }
    }
}

extension APIError {
    static let otherBody = APIError(
        422, code: "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key for a new request.")

    static let keyRevoked = APIError(
        403, code: "key_revoked", "The API key of this task is not in the configuration any more; nothing was sent.", shouldRetry: false)

    /// The next attempt could not be written down.
    /// - Parameter afterSpending: an earlier one may have been paid.
    static func unrecorded(afterSpending: Bool) -> APIError {
        let rest = afterSpending ? "What was sent before may have been billed." : "Nothing was sent."
        return APIError(
            503, type: "server_error", code: "storage_unavailable", "Tasks cannot be stored at the moment. \(rest)",
            retryAfter: .seconds(5), shouldRetry: afterSpending ? false : nil)
    }

    /// Why a task could not be written or read.
    init(_ error: TaskStoreError) {
        switch error.kind {
        case .full: self = .diskFull
        case .busy:
            self.init(
                503, type: "server_error", code: "storage_busy", "Too much is waiting to be stored. Try again soon.",
                retryAfter: .seconds(1))
        case .stale, .unavailable:
            self.init(
                503, type: "server_error", code: "storage_unavailable", "Tasks cannot be stored or read at the moment.",
                retryAfter: .seconds(5))
        }
    }
}
