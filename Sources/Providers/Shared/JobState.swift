/// Where a job stands, by the words of many services; one that nobody knows means that it runs.
package enum JobState: Sendable, Hashable {
    case queued
    case running
    case completed
    /// With the service's word for it.
    case failed(String)

    /// - Parameter word: in any case; nil: the job has just been made. A provider with other words for an end has to name them before.
    package init(_ word: String?) {
        let word = word?.lowercased() ?? "created"
        switch word {
        case "queued", "created", "pending", "submitted", "in_queue", "starting", "not_started", "queueing", "preparing", "throttled",
            "suspended":
            self = .queued
        case "completed", "succeeded", "success", "succeed", "ready", "done": self = .completed
        case "failed", "fail", "error", "cancelled", "canceled", "aborted", "expired", "unknown", "task not found", "request moderated",
            "content moderated":
            self = .failed(word)
        case _: self = .running
        }
    }
}
