package import HTTP
package import Media

extension APIError {
    /// The error in a dialect's envelope.
    package func body(in dialect: Dialect) -> JSONValue {
        var error: JSONObject = ["message": .string(message), "type": .string(typeName(in: dialect))]
        switch dialect {
        case .openAI:
            error["param"] = field.map { .string($0) } ?? .null
            error["code"] = code.map { .string($0) } ?? .null
        case .infron:
            error["param"] = .string(field ?? "")
            error["code"] = .integer(status.code)
        case .imageRouter: break
        }
        if !attempts.isEmpty { error["attempts"] = .array(attempts.map(AttemptReport.json)) }
        return ["error": .object(error)]
    }

    package func response(in dialect: Dialect) -> HTTPResponse {
        var response = HTTPResponse(json: body(in: dialect), status: status)
        if let retryAfter { response.fields.set(.retryAfter, String(max(1, retryAfter.roundedUpSeconds))) }
        // RFC 9110 §15.5.2: a 401 says how to authenticate.
        if status == 401 { response.fields.set(.wwwAuthenticate, "Bearer") }
        if let shouldRetry { response.fields.set(.shouldRetry, shouldRetry ? "true" : "false") }
        return response
    }

    private func typeName(in dialect: Dialect) -> String {
        guard dialect == .imageRouter else { return type }
        switch status.code {
        case 401: return "unauthorized"
        case 429: return "rate_limit_error"
        case _: return type
        }
    }
}

extension HTTPResponse {
    package init(json: JSONValue, status: HTTPStatus = 200) {
        self.init(json: json.serialized(), status: status)
    }

    /// - Parameter json: its text.
    init(json: [UInt8], status: HTTPStatus = 200) {
        self.init(status: status, body: .pieces([.bytes(json[...])]))
        fields.append(.contentType, "application/json")
    }
}

extension Duration {
    var roundedUpSeconds: Int64 {
        components.seconds + (components.attoseconds > 0 ? 1 : 0)
    }
}

extension HTTPFieldName {
    static let shouldRetry: HTTPFieldName = "x-should-retry"
    static let zoetropeProvider: HTTPFieldName = "x-zoetrope-provider"
    static let zoetropeAttempts: HTTPFieldName = "x-zoetrope-attempts"
    static let zoetropeLatency: HTTPFieldName = "x-zoetrope-latency"
    static let zoetropeCost: HTTPFieldName = "x-zoetrope-cost"
    static let zoetropeWarnings: HTTPFieldName = "x-zoetrope-warnings"
    /// The id under which a call's result can be collected.
    static let zoetropeTask: HTTPFieldName = "x-zoetrope-task"
    static let openAIPollAfter: HTTPFieldName = "openai-poll-after-ms"
}

/// An attempt as `error.attempts` tells it.
enum AttemptReport {
    static func json(_ attempt: Attempt) -> JSONValue {
        var report: JSONObject = [
            "provider": .string(attempt.candidate.provider), "model": .string(attempt.candidate.upstreamModel),
            "duration_ms": .integer(attempt.duration.wholeMilliseconds), "billed": .string(attempt.billed.rawValue),
        ]
        switch attempt.outcome {
        case .succeeded(let status): report["status"] = .integer(status)
        case .failed(let error):
            report["status"] = error.status.map { .integer($0) } ?? .null
            report["kind"] = .string(error.kind.rawValue)
            report["message"] = .string(error.message)
        case .skipped(let reason): report["skipped"] = .string(reason)
        }
        return .object(report)
    }
}
