package import HTTP
package import Media

/// What a caller is told when there is no result: the one place where errors become statuses.
package struct APIError: Error, Sendable, Hashable {
    package var status: HTTPStatus
    /// OpenAI's kinds: `invalid_request_error`, `rate_limit_error`, `server_error`...
    package var type: String
    package var code: String?
    /// The field at fault.
    package var field: String?
    package var message: String
    package var retryAfter: Duration?
    /// nil: the client decides by the status.
    package var shouldRetry: Bool?
    package var attempts: [Attempt]

    package init(
        _ status: HTTPStatus, type: String = "invalid_request_error", code: String? = nil, field: String? = nil, _ message: String,
        retryAfter: Duration? = nil, shouldRetry: Bool? = nil, attempts: [Attempt] = []
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.field = field
        self.message = message
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
        self.attempts = attempts
    }

    /// A value that is not what the field takes.
    package static func invalid(_ field: String, _ message: String, code: String = "invalid_value") -> APIError {
        APIError(400, code: code, field: field, message)
    }

    package static func missing(_ field: String) -> APIError {
        APIError(400, code: "missing_required_parameter", field: field, "Missing required parameter: '\(field)'.")
    }

    package static let unauthorized = APIError(
        401, code: "invalid_api_key", "Missing or incorrect API key. Send it as 'Authorization: Bearer KEY'.")

    /// Without keys, it would be anybody's web page that spends the operator's money.
    package static let foreignHost = APIError(
        403, code: "foreign_host",
        "Without keys this gateway answers to addresses and to its own name alone. Set server.public_url to the name that you use, or keys."
    )
    package static let foreignOrigin = APIError(
        403, code: "foreign_origin",
        "A web page of another origin may not call a gateway without keys; 'server.cors.allow_origins' names those that may.")

    /// For keys whose role is not `admin`.
    package static let operatorOnly = APIError(
        403, code: "operator_only", "This is for operators: it takes a key whose role is 'admin'.", shouldRetry: false)

    package static func unknownModel(_ model: String) -> APIError {
        APIError(404, code: "model_not_found", field: "model", "The model '\(model.prefix(200))' does not exist here; see GET /v1/models.")
    }

    package static let diskFull = APIError(
        507, type: "server_error", code: "storage_full", "There is no space left to store the result.", shouldRetry: false)
}

extension APIError {
    /// Why no candidate gave a result.
    package init(_ failure: DispatchFailure, attempts: [Attempt], dialect: Dialect) {
        self.init(
            HTTPStatus(failure.status), type: failure.kind.type, code: failure.kind.code, field: failure.field, failure.message,
            retryAfter: failure.retryAfter, shouldRetry: failure.shouldRetry, attempts: failure.kind.listsAttempts ? attempts : [])
        guard failure.kind == .moderated else { return }
        switch dialect {
        case .openAI:
            code = failure.error?.code ?? "content_policy_violation"
            if code == "moderation_blocked" { type = "image_generation_user_error" }
        case .infron:
            status = 422
            type = "content_policy_violation"
        case .imageRouter: code = "content_policy_violation"
        }
    }

    /// Why a body could not be read.
    package init(_ error: RequestBodyError) {
        switch error {
        case .lost: self.init(400, code: "incomplete_body", "The request body ended early or came too slowly.")
        case .malformed(let error): self.init(error.status, code: "malformed_body", "The request body is malformed: \(error.message).")
        case .tooLate: self.init(500, type: "server_error", "The request was already answered.")
        }
    }
}

extension DispatchFailure.Kind {
    fileprivate var type: String {
        switch self {
        case .invalidRequest, .moderated, .unsupported, .jobRejected: "invalid_request_error"
        case .capacity, .ambiguous, .exhausted, .cancelled: "server_error"
        }
    }

    fileprivate var code: String? {
        switch self {
        case .invalidRequest: "invalid_request"
        case .moderated: "content_policy_violation"
        case .unsupported: "unsupported_request"
        case .capacity: "no_capacity"
        case .ambiguous: "outcome_unknown"
        case .exhausted: "upstream_failed"
        case .jobRejected: "job_failed"
        case .cancelled: "client_closed_request"
        }
    }

    fileprivate var listsAttempts: Bool {
        switch self {
        case .invalidRequest, .moderated, .cancelled: false
        case .unsupported, .capacity, .ambiguous, .exhausted, .jobRejected: true
        }
    }
}
