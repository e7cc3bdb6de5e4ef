import Media

extension Warning {
    var document: JSONObject { ["field": .string(field), "message": .string(message)] }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(field: try reader.string("field"), message: try reader.string("message"))
    }
}

extension TaskOutput {
    /// nil: in memory, and so nothing that can be kept.
    var document: JSONObject? {
        var object: JSONObject = [:]
        switch content {
        case .stored(let name): object.put("stored", name)
        case .remote(let url): object.put("remote", url)
        case .memory: return nil
        }
        object.put("type", type)
        object.put("role", role)
        object.put("revised_prompt", revisedPrompt)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        let content: Content
        if let name = try reader.optionalString("stored") {
            content = .stored(name)
        } else {
            content = .remote(try reader.string("remote"))
        }
        self.init(
            content, type: try reader.optionalChoice("type"), role: try reader.choice("role"),
            revisedPrompt: try reader.optionalString("revised_prompt"))
    }
}

extension TaskFailure {
    var document: JSONObject {
        var object: JSONObject = [:]
        object.put("status", status)
        object.put("type", type)
        object.put("code", code)
        object.put("field", field)
        object.put("message", message)
        object.put("retry_after_nanoseconds", retryAfter)
        object.put("should_retry", shouldRetry)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            status: try reader.integer("status"), type: try reader.string("type"), code: try reader.string("code"),
            field: try reader.optionalString("field"), message: try reader.string("message"),
            retryAfter: try reader.optionalDuration("retry_after_nanoseconds"), shouldRetry: try reader.optionalBool("should_retry"))
    }
}

extension TaskOrigin {
    var document: JSONObject { ["candidate": .object(candidate.document), "operation": .object(operation.document)] }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            candidate: try reader.value("candidate", Candidate.init(from:)),
            operation: try reader.value("operation", RemoteOperation.init(from:)))
    }
}
