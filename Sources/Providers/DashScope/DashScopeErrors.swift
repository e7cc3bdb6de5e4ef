import Media

/// What DashScope's codes mean.
///
/// https://www.alibabacloud.com/help/en/model-studio/error-code
enum DashScopeErrors {
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        if refusal.blamesUs(by: ["free allocated quota exceeded"]) { return .quotaExhausted }
        if refusal.isSubmit, refusal.blamesUs(by: ["model not exist"]) { return .modelGone }
        guard let kind = codes.kind(of: refusal.body) else { return nil }
        // The model and the caller's fields are judged where they are sent.
        return refusal.isSubmit || (kind != .modelGone && kind != .invalidRequest) ? kind : nil
    }

    private static let moderation: [(String, UpstreamError.Kind)] = [
        ("datainspection", .moderated), ("data_inspection", .moderated), ("ipinfringement", .moderated),
    ]

    private static let codes = CodeTable(
        codes: [
            "arrearage": .quotaExhausted, "prepaidbilloverdue": .quotaExhausted, "postpaidbilloverdue": .quotaExhausted,
            "commoditynotpurchased": .quotaExhausted, "invalidapikey": .keyRefused, "modelnotfound": .modelGone,
            "model_not_found": .modelGone, "modelunavailable": .overloaded, "limitrequests": .rateLimited,
            "requesttimeout": .serverFault, "invalidurl": .invalidRequest, "unsupportedfileformat": .invalidRequest,
        ],
        containing: moderation + [
            ("freetieronly", .quotaExhausted), ("accessdenied", .keyRefused), ("throttling", .rateLimited),
            ("internalerror", .serverFault), ("invalidparameter", .invalidRequest),
        ])

    /// Of tasks that ended failed.
    static let failures = CodeTable(
        containing: moderation + [("internalerror", .jobFailed), ("throttling", .jobFailed), ("requesttimeout", .jobFailed)])
}
