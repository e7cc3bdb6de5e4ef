import Media

/// What MiniMax's codes mean, in answers of any status and in failed tasks.
///
/// https://platform.minimax.io/docs/api-reference/errorcode
enum MiniMaxErrors {
    /// 1013 and 1039 are unconfirmed.
    private static let codes = CodeTable(
        codes: [
            "1000": .serverFault, "1001": .serverFault, "1002": .rateLimited, "1004": .keyRefused, "1008": .quotaExhausted,
            "1013": .serverFault, "1024": .serverFault, "1026": .moderated, "1027": .moderated, "1033": .serverFault, "1039": .rateLimited,
            "1042": .invalidRequest, "2013": .invalidRequest, "2049": .keyRefused,
            "authorized_error": .keyRefused, "insufficient_balance_error": .quotaExhausted,
        ])

    /// The same codes, told of a task.
    static let failures = CodeTable(codes: [
        "1000": .jobFailed, "1001": .jobFailed, "1002": .jobFailed, "1013": .jobFailed, "1024": .jobFailed, "1033": .jobFailed,
        "1039": .jobFailed, "1026": .moderated, "1027": .moderated,
    ])

    /// The model is the operator's to name; what a poll is told is about the task alone.
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard let kind = codes.kind(of: refusal.body) else { return nil }
        // A code at the end of a message may be what the caller wrote.
        if let code = refusal.body.code, refusal.speaks(of: ["(\(code))"]), !refusal.blamesUs(by: ["(\(code))"]) { return nil }
        guard kind == .invalidRequest else { return kind }
        if !refusal.isSubmit { return .jobRejected }
        return refusal.blamesUs(by: ["unknown model", "invalid model", "unsupported model", "model not found"]) ? .modelGone : kind
    }

    /// `{base_resp: {status_code, status_msg}}`, or `{error: {type, message, http_code}}` with the code in its message; nil for neither.
    static func body(_ json: JSONValue?) -> UpstreamErrorBody? {
        if let base = json?["base_resp"], let code = base["status_code"]?.int, code != 0 {
            return UpstreamErrorBody(message: base["status_msg"]?.filled, code: String(code))
        }
        guard let error = json?["error"], error.object != nil else { return json.flatMap { UpstreamErrorBody(inSuccess: $0) } }
        let message = error["message"]?.filled
        return UpstreamErrorBody(
            message: message, type: error["type"]?.filled, code: message.flatMap(code),
            status: error["http_code"]?.int ?? error["http_code"]?.filled.flatMap { Int($0) })
    }

    /// Of a failed task: `{error: {code, message}}`, or the `base_resp` around it.
    static func failure(_ task: JSONValue, _ word: String) -> UpstreamErrorBody {
        var body = body(task) ?? UpstreamErrorBody()
        body.code = task["error"]?["code"]?.filled ?? task["error"]?["code"]?.int.map(String.init) ?? body.code
        body.message = body.message ?? "the task ended \(word)"
        return body
    }

    /// `insufficient balance (1008)`
    private static func code(in message: String) -> String? {
        guard message.hasSuffix(")"), let open = message.lastIndex(of: "(") else { return nil }
        let digits = message[message.index(after: open)...].dropLast()
        return digits.count == 4 && digits.allSatisfy { $0.isASCII && $0.isNumber } ? String(digits) : nil
    }
}
