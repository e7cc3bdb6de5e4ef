import HTTP
import Media

/// The states of a task as server-sent events: `task.updated` while it runs, then one that tells its end.
enum TaskEvent {
    static func event(_ task: GenerationTask, progress: Int, tellsOwner: Bool = false, url: (String) -> String) -> ServerSentEvent {
        let data = TaskJSON.json(task, progress: progress, tellsOwner: tellsOwner, url: url).serialized()
        return ServerSentEvent(event: name(task.status), data: String(decoding: data, as: UTF8.self))
    }

    private static func name(_ status: TaskStatus) -> String {
        switch status {
        case .queued, .inProgress: "task.updated"
        case .completed: "task.completed"
        case .failed: "task.failed"
        case .cancelled: "task.cancelled"
        }
    }
}

/// The end of a task as its webhook hears of it.
enum TaskWebhook {
    /// nil for a task that has no webhook, or no end.
    /// - Parameter id: `evt_…`.
    /// - Parameter now: seconds since 1970.
    static func event(_ id: String, _ task: GenerationTask, progress: Int, now: Int, url: (String) -> String) -> WebhookEvent? {
        guard task.phase.isFinal, let address = task.order.webhookURL else { return nil }
        let body = body(id, task, progress: progress, now: now, url: url)
        return WebhookEvent(id: id, owner: task.owner, url: address, body: body, dueAt: WebhookEvent.atOnce)
    }

    /// `{id, object: "event", created_at, type: "video.completed", data: {the task}}`.
    static func body(_ id: String, _ task: GenerationTask, progress: Int, now: Int, url: (String) -> String) -> String {
        let event: JSONObject = [
            "id": .string(id), "object": "event", "created_at": .integer(now),
            "type": .string("\(task.kind.rawValue).\(task.status.rawValue)"), "data": TaskJSON.json(task, progress: progress, url: url),
        ]
        return String(decoding: event.serialized(), as: UTF8.self)
    }
}
