import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct AnswerTests {
    private func answer(
        _ images: [DeliveredImage], details: JSONObject = [:], usage: JSONObject? = nil, warnings: [Warning] = [], cost: Double? = nil
    )
        -> ImagesAnswer
    {
        ImagesAnswer(
            images: images, details: details, usage: usage, warnings: warnings, created: 1_700_000_000, latency: .milliseconds(1234),
            cost: cost)
    }

    private func json(_ answer: ImagesAnswer, _ dialect: Dialect) throws -> JSONValue {
        try JSONValue(parsing: answer.serialized(in: dialect))
    }

    private static let url = DeliveredImage(content: .url("http://g/files/x"), type: .png)
    private static let base64 = DeliveredImage(content: .base64("AAAA"), type: .png, revisedPrompt: "better")

    @Test func `OpenAI's shape has what was made, and what strict clients accept`() throws {
        let details: JSONObject = ["background": "opaque", "quality": "auto", "size": "512x512", "output_format": "webp", "other": "x"]
        let json = try json(answer([Self.base64, Self.url], details: details, usage: ["total_tokens": 1], cost: 0.5), .openAI)
        #expect(
            json == [
                "created": 1_700_000_000, "data": [["b64_json": "AAAA", "revised_prompt": "better"], ["url": "http://g/files/x"]],
                "background": "opaque", "output_format": "webp", "usage": ["total_tokens": 1],
            ])
    }

    @Test func `a large answer is the same text, written elsewhere`() async {
        let large = answer([DeliveredImage(content: .base64(String(repeating: "AAAA", count: 100_000)), type: .png)])
        #expect(await large.text(in: .openAI) == large.serialized(in: .openAI))
    }

    @Test func `ImageRouter's shape has cost and latency`() throws {
        #expect(
            try json(answer([Self.url], details: ["size": "1024x1024"], cost: 0.1 + 0.2), .imageRouter) == [
                "created": 1_700_000_000, "data": [["url": "http://g/files/x"]], "latency": 1234, "cost": 0.3,
            ])
        #expect(try json(answer([Self.url]), .imageRouter)["cost"] == .null)
    }

    @Test func `Infron's shape has both keys, the unused one empty`() throws {
        #expect(
            try json(answer([Self.url, Self.base64], usage: ["total_tokens": 1], cost: 1), .infron) == [
                "created": 1_700_000_000,
                "data": [
                    ["url": "http://g/files/x", "b64_json": "", "revised_prompt": ""],
                    ["url": "", "b64_json": "AAAA", "revised_prompt": "better"],
                ],
            ])
    }

    @Test(arguments: Dialect.allCases)
    func `warnings are told in every dialect`(dialect: Dialect) throws {
        let json = try json(answer([Self.url], warnings: [Warning(field: "size", message: "changed")]), dialect)
        #expect(json["warnings"] == [["field": "size", "message": "changed"]])
    }

    @Test(arguments: [
        ("background", "auto"), ("background", "x"), ("quality", "hd"), ("quality", "standard"), ("size", "1792x1024"),
        ("output_format", "gif"),
    ])
    func `a detail that strict clients refuse is left out`(field: String, value: String) {
        #expect(LegalDetails.of([field: .string(value)]).isEmpty)
    }

    @Test(arguments: [
        (0.04, "0.04"), (0.1 + 0.2, "0.3"), (0, "0"), (1, "1"), (12.5, "12.5"), (0.00001, "0.00001"), (1e-9, "0"), (1234.5678, "1234.5678"),
        (2.99999999999, "3"), (1.00000001, "1.00000001"),
    ])
    func `money is written without exponents`(amount: Double, text: String) {
        #expect(Money.text(amount) == text)
    }

    @Test func `warnings fit into a field value`() {
        let long = Warning(field: "size", message: String(repeating: "é\r\n", count: 2000))
        let value = WarningsField.value([Warning(field: "a", message: "b"), long])
        #expect(value.hasPrefix("a: b; size: ????"))
        #expect(value.utf8.count == 2048)
        #expect(value.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }

    @Test func `what a provider has warned of is not said twice`() {
        let first = [Warning(field: "output_format", message: "a")]
        #expect(
            first.joined([Warning(field: "output_format", message: "b"), Warning(field: "size", message: "c")]).map(\.message) == [
                "a", "c",
            ])
    }

    // MARK: Errors

    private static let error = APIError(400, code: "invalid_value", field: "n", "No.")

    @Test func `an error has its dialect's envelope`() {
        #expect(
            Self.error.body(in: .openAI) == [
                "error": ["message": "No.", "type": "invalid_request_error", "param": "n", "code": "invalid_value"]
            ])
        #expect(Self.error.body(in: .infron) == ["error": ["message": "No.", "type": "invalid_request_error", "param": "n", "code": 400]])
        #expect(Self.error.body(in: .imageRouter) == ["error": ["message": "No.", "type": "invalid_request_error"]])
        let bare = APIError(404, "No.")
        #expect(bare.body(in: .openAI)["error"] == ["message": "No.", "type": "invalid_request_error", "param": nil, "code": nil])
        #expect(bare.body(in: .infron)["error"] == ["message": "No.", "type": "invalid_request_error", "param": "", "code": 404])
    }

    @Test func `when to come again is told in whole seconds`() {
        let error = APIError(503, "Full.", retryAfter: .milliseconds(1500), shouldRetry: true)
        #expect(error.response(in: .openAI).fields[.retryAfter] == "2")
        #expect(error.response(in: .openAI).fields["x-should-retry"] == "true")
        #expect(APIError(503, "Full.", retryAfter: .zero).response(in: .openAI).fields[.retryAfter] == "1")
        #expect(!Self.error.response(in: .openAI).fields.contains("x-should-retry"))
    }

    @Test func `a refused content is told as each dialect does`() {
        func told(_ code: String?, _ dialect: Dialect) -> (HTTPStatus, String, String?) {
            let upstream = UpstreamError(.moderated, status: 403, code: code, message: "no")
            let error = APIError(DispatchFailure(.moderated, error: upstream, message: "no"), attempts: [], dialect: dialect)
            return (error.status, error.type, error.code)
        }
        #expect(told(nil, .openAI) == (400, "invalid_request_error", "content_policy_violation"))
        #expect(told("moderation_blocked", .openAI) == (400, "image_generation_user_error", "moderation_blocked"))
        #expect(told(nil, .infron) == (422, "content_policy_violation", "content_policy_violation"))
        #expect(told("moderation_blocked", .imageRouter) == (400, "invalid_request_error", "content_policy_violation"))
    }

    @Test(arguments: [
        (DispatchFailure.Kind.exhausted, true), (.capacity, true), (.ambiguous, true), (.invalidRequest, false), (.moderated, false),
    ])
    func `attempts are listed where nobody could do it`(kind: DispatchFailure.Kind, lists: Bool) {
        let candidate = Candidate(provider: "a", upstreamModel: "m")
        let failed = Attempt(
            candidate: candidate, outcome: .failed(UpstreamError(.overloaded, status: 503, message: "busy")), duration: .milliseconds(7),
            billed: .no)
        let skipped = Attempt(candidate: candidate, outcome: .skipped(reason: "cooling"), duration: .zero, billed: .no)
        let error = APIError(DispatchFailure(kind, message: "no"), attempts: [failed, skipped], dialect: .openAI)
        let told: JSONValue = [
            ["provider": "a", "model": "m", "duration_ms": 7, "billed": "no", "status": 503, "kind": "overloaded", "message": "busy"],
            ["provider": "a", "model": "m", "duration_ms": 0, "billed": "no", "skipped": "cooling"],
        ]
        let expected = lists ? told : JSONValue?.none
        for dialect in Dialect.allCases { #expect(error.body(in: dialect)["error"]?["attempts"] == expected) }
    }
}
