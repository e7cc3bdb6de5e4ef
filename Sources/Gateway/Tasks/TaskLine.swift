import Media

/// What the log says of tasks: never a prompt.
package enum TaskLine {
    /// Something that the store has to say.
    package static func note(_ message: String) -> [UInt8] {
        let line: JSONObject = ["event": "task_store", "level": "error", "message": .string(message)]
        return line.serialized()
    }

    static func ended(_ task: GenerationTask) -> String {
        var line: JSONObject = [
            "event": "task_ended", "level": "info", "task": .string(task.id), "key": .string(task.owner),
            "model": .string(String(task.order.request.model.prefix(128))), "status": .string(task.status.rawValue),
            "seconds": .integer(max(0, (task.completedAt ?? task.createdAt) - task.createdAt)),
        ]
        if !task.attempts.isEmpty { line["attempts"] = .string(AttemptsHeader(task.attempts).value) }
        if let failure = task.failure { line["code"] = .string(failure.code) }
        return String(decoding: line.serialized(), as: UTF8.self)
    }

    static func unsaved(_ task: GenerationTask, _ error: TaskStoreError) -> String {
        let line: JSONObject = [
            "event": "task_not_saved", "level": "error", "task": .string(task.id), "message": .string(error.message),
        ]
        return String(decoding: line.serialized(), as: UTF8.self)
    }
}
