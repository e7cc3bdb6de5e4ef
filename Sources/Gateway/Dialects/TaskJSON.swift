import Media

/// A task of either kind, as `/v1/tasks` tells it.
enum TaskJSON {
    /// - Parameters:
    ///   - progress: percent.
    ///   - tellsOwner: for operators, who see those of all keys.
    ///   - url: the address of a stored file, by its name.
    static func json(_ task: GenerationTask, progress: Int, tellsOwner: Bool = false, url: (String) -> String) -> JSONValue {
        let request = task.order.request
        let error = task.failure.map(failure) ?? .null
        let cost = task.cost.map { JSONValue.number(Money.rounded($0)) } ?? .null
        var json: JSONObject = [
            "id": .string(task.id), "object": "task", "kind": .string(task.kind.rawValue), "status": .string(task.status.rawValue),
            "model": .string(request.model), "prompt": .text(request.prompt), "progress": .integer(task.shown(progress: progress)),
            "created_at": .integer(task.createdAt), "started_at": .number(of: task.startedAt),
            "completed_at": .number(of: task.completedAt), "expires_at": .integer(task.expiresAt),
            "outputs": .array(task.outputs.map { output($0, url) }), "error": error,
            "provider": .text(task.providerName), "cost": cost,
            "attempts": .array(task.attempts.map(AttemptReport.json)), "warnings": task.warnings.json,
            "webhook_url": .text(task.order.webhookURL),
        ]
        if tellsOwner { json["owner"] = .string(task.owner) }
        return .object(json)
    }

    private static func output(_ output: TaskOutput, _ url: (String) -> String) -> JSONValue {
        [
            "url": .text(output.url(url)), "type": .text(output.type?.rawValue), "role": .string(output.role.rawValue),
            "revised_prompt": .text(output.revisedPrompt),
        ]
    }

    private static func failure(_ failure: TaskFailure) -> JSONValue {
        [
            "message": .string(failure.message), "type": .string(failure.type), "param": .text(failure.field),
            "code": .string(failure.code),
        ]
    }
}

/// The answer to a deletion.
enum TaskDeletedJSON {
    static func json(_ id: String) -> JSONValue { ["id": .string(id), "object": "task", "deleted": true] }
}

/// A page of tasks, or of videos.
enum TaskListJSON {
    /// - Parameter items: objects with an `id`.
    static func json(_ items: [JSONValue], hasMore: Bool) -> JSONValue {
        let (first, last) = (items.first?["id"] ?? .null, items.last?["id"] ?? .null)
        return ["object": "list", "data": .array(items), "first_id": first, "last_id": last, "has_more": .bool(hasMore)]
    }
}
