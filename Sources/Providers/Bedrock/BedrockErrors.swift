import HTTP
import Media

/// What Bedrock's errors mean. Their names stand in a field of the answer, their words in its body.
enum BedrockErrors {
    static let table = CodeTable(
        codes: [
            "servicequotaexceededexception": .rateLimited, "throttlingexception": .rateLimited, "modelnotreadyexception": .overloaded,
            "conflictexception": .overloaded, "modeltimeoutexception": .unknownOutcome, "modelerrorexception": .overloaded,
            "internalserverexception": .serverFault, "serviceunavailableexception": .overloaded,
            "unrecognizedclientexception": .keyRefused, "invalidsignatureexception": .keyRefused,
            "incompletesignatureexception": .keyRefused, "expiredtokenexception": .keyRefused, "expiredtoken": .keyRefused,
            "missingauthenticationtokenexception": .keyRefused,
        ],
        phrases: moderation + [
            ("model identifier is invalid", .modelGone), ("on-demand throughput", .modelGone), ("end of its life", .modelGone),
            ("invalid output config", .keyRefused), ("security token", .keyRefused),
        ])

    /// Of jobs that ended failed; what is in neither list is not bought elsewhere.
    static let failures = CodeTable(
        phrases: moderation + [("internal", .jobFailed), ("throttl", .jobFailed)])

    /// How Amazon's and Stability's models say that they refuse what was asked, or do not hand out what they made.
    private static let moderation: [(String, UpstreamError.Kind)] = [
        "content filter", "content policy", "content moderation", "responsible ai", "acceptable use", " aup", "filter reason",
    ].map { ($0, .moderated) }

    /// The name may be followed by a colon and an address.
    static func body(of response: UpstreamResponse) -> UpstreamErrorBody {
        let json = try? response.json()
        let name = response.fields["x-amzn-errortype"] ?? json?["__type"]?.filled
        let code = name?.split(separator: ":").first?.split(separator: "#").last.map(String.init)
        return UpstreamErrorBody(message: json?["message"]?.filled ?? json?["Message"]?.filled, code: code)
    }
}
