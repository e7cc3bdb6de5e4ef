import HTTP
import Media

/// A task as Infron's polling paths tell it. A task that failed is an answer like any other: its envelope says success.
enum InfronTaskJSON {
    /// - Parameter progress: percent.
    /// - Parameter url: the address of a stored file, by its name.
    static func json(_ task: GenerationTask, progress: Int, url: (String) -> String) -> JSONValue {
        ["code": 200, "message": "success", "data": data(task, progress: progress, url: url)]
    }

    /// Times are seconds, 0 where there is none.
    static func data(_ task: GenerationTask, progress: Int, url: (String) -> String) -> JSONValue {
        [
            "task_id": .string(task.id), "object": .string(task.kind.rawValue), "model": .string(task.order.request.model),
            "status": .string(status(task, progress)), "fail_reason": .string(failReason(task)),
            "submit_time": .integer(task.createdAt), "start_time": .integer(task.startedAt ?? 0),
            "finish_time": .integer(task.completedAt ?? 0), "outputs": .array(task.resultURLs(url).map { .string($0) }),
            "created_at": .string(date(task.createdAt)),
        ]
    }

    /// `created` until an attempt begins, `in_progress` from then on, `processing` once the provider works on it and half is done.
    private static func status(_ task: GenerationTask, _ progress: Int) -> String {
        switch task.phase {
        case .accepted: "created"
        case .submitting: task.startedAt == nil ? "created" : "in_progress"
        case .submitted: !task.isQueuedUpstream && progress > 50 ? "processing" : "in_progress"
        case .completed: "completed"
        // These clients know of no third end.
        case .failed, .cancelled: "failed"
        }
    }

    private static func failReason(_ task: GenerationTask) -> String {
        switch task.phase {
        case .failed: task.failure?.message ?? "The task failed."
        case .cancelled: task.failure?.message ?? "The task was cancelled."
        case .accepted, .submitting, .submitted, .completed: ""
        }
    }

    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    static func date(_ secondsSince1970: Int) -> String {
        let seconds = max(secondsSince1970, 0)
        let (year, month, day) = CivilDay.date(daysSince1970: seconds / 86_400)
        let time = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(padded).joined(separator: ":")
        return "\(year)-\(padded(month))-\(padded(day)) \(time)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// The one body that tells every dialect that a task was taken (202; 200 for Infron's callers).
enum TaskAcceptedJSON {
    /// - Parameter pollingURL: where the task is asked for.
    static func json(_ task: GenerationTask, progress: Int, pollingURL: String, url: (String) -> String) -> JSONValue {
        [
            "id": .string(task.id), "task_id": .string(task.id), "object": .string(task.kind.rawValue),
            "model": .string(task.order.request.model), "status": .string(task.status.rawValue),
            "created_at": .integer(task.createdAt), "expires_at": .integer(task.expiresAt), "polling_url": .string(pollingURL),
            "code": 200, "message": "success", "data": InfronTaskJSON.data(task, progress: progress, url: url),
        ]
    }
}
