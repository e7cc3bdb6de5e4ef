import Media

/// What Ark's codes mean.
///
/// https://docs.byteplus.com/en/docs/ModelArk/1299023
enum ArkErrors {
    static func kind(_ refusal: UpstreamRefusal) -> UpstreamError.Kind? {
        guard let kind = codes.kind(of: refusal.body) else { return nil }
        // The model and the caller's fields are judged where they are sent.
        return refusal.isSubmit || (kind != .modelGone && kind != .invalidRequest) ? kind : nil
    }

    private static let moderation: [(String, UpstreamError.Kind)] = [
        ("sensitivecontentdetected", .moderated), ("riskdetection", .moderated), ("policyviolation", .moderated),
        ("contentsecuritydetection", .moderated),
    ]

    private static let codes = CodeTable(
        codes: [
            "authenticationerror": .keyRefused, "accountoverdueerror": .quotaExhausted, "invalidaccountstatus": .keyRefused,
            "operationdenied.serviceoverdue": .quotaExhausted, "accessdenied": .keyRefused, "modelnotopen": .modelGone,
            "unsupportedmodel": .modelGone, "serveroverloaded": .overloaded, "requestbursttoofast": .rateLimited,
            "inflightbatchsizeexceeded": .rateLimited, "internalserviceerror": .serverFault, "serviceunavailable": .overloaded,
            "missingparameter": .invalidRequest,
        ],
        containing: moderation + [
            ("invalidendpointormodel", .modelGone), ("ratelimitexceeded", .rateLimited), ("quotaexceeded", .quotaExhausted),
            ("setlimitexceeded", .quotaExhausted), ("invalidparameter", .invalidRequest),
        ])

    /// Of tasks that ended failed.
    static let failures = CodeTable(
        codes: ["internalserviceerror": .jobFailed, "serveroverloaded": .jobFailed, "serviceunavailable": .jobFailed],
        containing: moderation + [("ratelimitexceeded", .jobFailed)])
}
