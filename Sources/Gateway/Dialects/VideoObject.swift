import Media

/// A task as OpenAI's `Video`: all of its keys always, each of the one type that strict clients take.
enum VideoObject {
    /// - Parameter progress: percent.
    /// - Parameter url: the address of a stored file, by its name.
    static func json(_ task: GenerationTask, progress: Int, url: (String) -> String) -> JSONValue {
        let request = task.order.request
        var video: JSONObject = [
            "id": .string(task.id), "object": "video", "model": .string(request.model), "status": .string(status(task.status)),
            "progress": .integer(task.shown(progress: progress)), "created_at": .integer(task.createdAt),
            "completed_at": .number(of: task.completedAt), "expires_at": .integer(task.expiresAt), "prompt": .text(request.prompt),
            "remixed_from_video_id": .text(task.order.sourceTask), "seconds": .string(seconds(task)), "size": .string(size(task)),
            "error": error(task),
        ]
        addOurs(to: &video, task, url)
        return .object(video)
    }

    /// A fifth word would end a client's polling as if the video were there.
    private static func status(_ status: TaskStatus) -> String {
        switch status {
        case .queued, .inProgress, .completed, .failed: status.rawValue
        case .cancelled: TaskStatus.failed.rawValue
        }
    }

    /// Text, as the clients' models demand.
    private static func seconds(_ task: GenerationTask) -> String {
        let told = task.details["seconds"]
        if let text = told?.string, !text.isEmpty { return text }
        if let whole = told?.int { return String(whole) }
        if let fraction = told?.double { return "\(fraction)" }
        return task.order.request.seconds.map { String($0) } ?? "4"
    }

    /// The default is one of the four sizes that strict clients take; any other that is known is told as it is.
    private static func size(_ task: GenerationTask) -> String {
        if let text = task.details["size"]?.string, !text.isEmpty, text != "auto" { return text }
        return task.order.request.size == .auto ? "720x1280" : task.order.request.size.description
    }

    /// Both are texts: a code of null is refused by strict clients.
    private static func error(_ task: GenerationTask) -> JSONValue {
        switch task.phase {
        case .failed:
            ["code": .string(task.failure?.code ?? "failed"), "message": .string(task.failure?.message ?? "The video could not be made.")]
        case .cancelled: ["code": "cancelled", "message": .string(task.failure?.message ?? "The video was cancelled.")]
        case .accepted, .submitting, .submitted, .completed: .null
        }
    }

    private static func addOurs(to video: inout JSONObject, _ task: GenerationTask, _ url: (String) -> String) {
        video["provider"] = .text(task.providerName)
        if let cost = task.cost { video["cost"] = .number(Money.rounded(cost)) }
        if task.phase == .completed, let address = task.resultURLs(url).first { video["url"] = .string(address) }
        if !task.warnings.isEmpty { video["warnings"] = task.warnings.json }
    }
}

/// The answer to a deletion.
enum VideoDeletedJSON {
    static func json(_ id: String) -> JSONValue { ["id": .string(id), "object": "video.deleted", "deleted": true] }
}
