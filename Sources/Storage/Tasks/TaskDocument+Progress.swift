import Media

extension GenerationTask.Phase {
    private enum State: String { case accepted, submitting, submitted, completed, failed, cancelled }

    var document: JSONObject {
        var object: JSONObject = [:]
        object.put("state", state)
        switch self {
        case .submitting(let candidate): object.put("candidate", candidate.document)
        case .submitted(let candidate, let operations):
            object.put("candidate", candidate.document)
            object.putList("operations", operations.map(\.document))
        case .accepted, .completed, .failed, .cancelled: break
        }
        return object
    }

    private var state: State {
        switch self {
        case .accepted: .accepted
        case .submitting: .submitting
        case .submitted: .submitted
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        let state: State = try reader.choice("state")
        switch state {
        case .accepted: self = .accepted
        case .submitting: self = .submitting(try reader.value("candidate", Candidate.init(from:)))
        case .submitted:
            self = .submitted(
                try reader.value("candidate", Candidate.init(from:)), try reader.list("operations", RemoteOperation.init(from:)))
        case .completed: self = .completed
        case .failed: self = .failed
        case .cancelled: self = .cancelled
        }
    }
}

extension Candidate {
    var document: JSONObject { ["provider": .string(provider), "model": .string(upstreamModel)] }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(provider: try reader.string("provider"), upstreamModel: try reader.string("model"))
    }
}

extension RemoteOperation {
    var document: JSONObject {
        var object: JSONObject = ["id": .string(id), "model": .string(model)]
        object.putMembers("state", state)
        object.putFlag("queued", isQueued)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            id: try reader.string("id"), model: try reader.string("model"), state: try reader.optionalObject("state") ?? [:],
            isQueued: try reader.flag("queued"))
    }
}

extension Attempt {
    var document: JSONObject {
        var object: JSONObject = ["candidate": .object(candidate.document)]
        switch outcome {
        case .succeeded(let status): object.put("succeeded", status)
        case .failed(let error): object.put("failed", error.document)
        case .skipped(let reason): object.put("skipped", reason)
        }
        object.put("nanoseconds", duration)
        object.put("cost", cost)
        object.put("billed", billed)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        let outcome: Outcome
        if let status = try reader.optionalInteger("succeeded") {
            outcome = .succeeded(status: status)
        } else if let error = try reader.optionalValue("failed", UpstreamError.init(from:)) {
            outcome = .failed(error)
        } else {
            outcome = .skipped(reason: try reader.string("skipped"))
        }
        self.init(
            candidate: try reader.value("candidate", Candidate.init(from:)), outcome: outcome,
            duration: .nanoseconds(try reader.integer("nanoseconds")), cost: try reader.optionalNumber("cost"),
            billed: try reader.choice("billed"))
    }
}

extension UpstreamError {
    var document: JSONObject {
        var object: JSONObject = [:]
        object.put("kind", kind)
        object.put("progress", progress)
        object.put("status", status)
        object.put("code", code)
        object.put("field", field)
        object.put("retry_after_nanoseconds", retryAfter)
        object.put("message", message)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            try reader.choice("kind"), try reader.choice("progress"), status: try reader.optionalInteger("status"),
            code: try reader.optionalString("code"), field: try reader.optionalString("field"),
            retryAfter: try reader.optionalDuration("retry_after_nanoseconds"), message: try reader.string("message"))
    }
}
