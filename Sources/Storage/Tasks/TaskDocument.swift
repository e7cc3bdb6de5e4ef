import Media

/// A task as JSON, for a row of the database. Everything comes back as it was, except results in memory.
enum TaskDocument {
    /// Changes when old documents have to be read differently.
    static let format = 1

    static func bytes(of task: GenerationTask) -> [UInt8] {
        var object: JSONObject = ["format": .integer(format)]
        task.write(to: &object)
        return object.serialized()
    }

    static func task(from bytes: [UInt8]) throws(DocumentError) -> GenerationTask {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes[...], limits: JSONValue.Limits(depth: 128, values: .max))
        } catch {
            throw DocumentError(path: "", message: error.description)
        }
        guard let object = value.object else { throw DocumentError(path: "", message: "is no object") }
        return try DocumentReader.read(object) { reader throws(DocumentError) in
            guard try reader.integer("format") == format else { throw reader.error("format", "is not known") }
            return try GenerationTask(from: &reader)
        }
    }
}

extension GenerationTask {
    fileprivate func write(to object: inout JSONObject) {
        object.put("id", id)
        object.put("owner", owner)
        object.put("version", version)
        object.put("order", order.document)
        object.put("phase", phase.document)
        object.put("progress", reportedProgress)
        object.putFlag("queued_upstream", isQueuedUpstream)
        object.put("created_at", createdAt)
        object.put("started_at", startedAt)
        object.put("completed_at", completedAt)
        object.put("expires_at", expiresAt)
        object.putList("attempts", attempts.map(\.document))
        object.putList("warnings", warnings.map(\.document))
        object.putList("outputs", outputs.compactMap(\.document))
        object.putMembers("details", details)
        object.put("usage", usage)
        object.put("cost", cost)
        object.put("failure", failure?.document)
        object.put("origin", origin?.document)
    }

    fileprivate init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            id: try reader.string("id"), owner: try reader.string("owner"),
            order: try reader.value("order", TaskOrder.init(from:)), phase: try reader.value("phase", Phase.init(from:)),
            createdAt: try reader.integer("created_at"), expiresAt: try reader.integer("expires_at"))
        version = try reader.integer("version")
        reportedProgress = try reader.optionalInteger("progress")
        isQueuedUpstream = try reader.flag("queued_upstream")
        startedAt = try reader.optionalInteger("started_at")
        completedAt = try reader.optionalInteger("completed_at")
        attempts = try reader.list("attempts", Attempt.init(from:))
        warnings = try reader.list("warnings", Warning.init(from:))
        outputs = try reader.list("outputs", TaskOutput.init(from:))
        details = try reader.optionalObject("details") ?? [:]
        usage = try reader.optionalObject("usage")
        cost = try reader.optionalNumber("cost")
        failure = try reader.optionalValue("failure", TaskFailure.init(from:))
        origin = try reader.optionalValue("origin", TaskOrigin.init(from:))
    }
}
