import Media

/// Why a job ended failed: whether another provider may be asked for the same.
enum FailedJob {
    /// A code that nobody knows stops the call: a video is not bought again on a guess.
    static func kind(of body: UpstreamErrorBody, isSubmit: Bool) -> UpstreamError.Kind {
        if body.names.contains(where: isModeration) { return .moderated }
        if body.names.contains(where: isOwnFault) { return .jobFailed }
        if let status = body.status, status == 408 || status == 429 || (500..<600).contains(status) { return .jobFailed }
        if isSubmit, body.names.contains(where: requestFaults.contains) { return .invalidRequest }
        return body.names.isEmpty && body.status == nil && speaksOfOwnFault(body.message) ? .jobFailed : .jobRejected
    }

    private static func isModeration(_ name: String) -> Bool {
        UpstreamRefusal.moderationCodes.contains(name) || name.contains("moderation") || name.contains("content_policy")
    }

    private static func isOwnFault(_ name: String) -> Bool {
        ownFaults.contains(name) || UpstreamRefusal.quotaCodes.contains(name)
    }

    private static func speaksOfOwnFault(_ message: String?) -> Bool {
        guard let message = message?.lowercased() else { return false }
        return ["internal error", "internal server error", "rate limit", "overloaded", "at capacity", "out of memory"].contains {
            message.contains($0)
        }
    }

    private static let ownFaults: Set<String> = [
        "server_error", "internal_error", "internal_server_error", "internalservererror", "api_error", "rate_limit_exceeded",
        "rate_limit_error", "too_many_requests", "concurrency_limit_exceeded", "overloaded", "overloaded_error", "server_overloaded",
        "service_unavailable", "capacity_exceeded", "no_capacity", "timeout", "gateway_timeout", "out_of_memory",
    ]

    private static let requestFaults: Set<String> = [
        "invalid_request_error", "invalid_request", "invalid_value", "invalid_type", "bad_request", "validation_error",
        "unknown_parameter", "missing_required_parameter",
    ]
}
