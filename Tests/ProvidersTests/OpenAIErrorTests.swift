import HTTP
import Media
import Testing

@testable import Providers

@Suite struct `Upstream errors` {
    @Test(arguments: [
        (301, UpstreamError.Kind.redirected), (307, .redirected), (400, .invalidRequest), (401, .keyRefused), (402, .quotaExhausted),
        (403, .keyRefused), (404, .modelGone), (405, .modelGone), (408, .unknownOutcome), (409, .overloaded), (410, .modelGone),
        (413, .invalidRequest), (415, .invalidRequest), (418, .serverFault), (422, .invalidRequest), (423, .overloaded), (424, .overloaded),
        (425, .overloaded), (429, .rateLimited), (500, .serverFault), (501, .serverFault), (502, .serverFault), (503, .overloaded),
        (504, .unknownOutcome), (520, .serverFault), (523, .serverFault), (524, .unknownOutcome), (529, .overloaded),
    ])
    func `a status alone decides`(_ status: Int, _ kind: UpstreamError.Kind) {
        let error = UpstreamErrorClassifier().error(for: UpstreamResponse(status: HTTPStatus(status)), at: start())
        #expect(error.kind == kind)
        #expect(error.status == status)
        #expect(error.progress == (kind == .unknownOutcome ? .mayHaveStarted : .answered))
    }

    @Test(arguments: [
        (400, UpstreamError.Kind.jobRejected), (401, .keyRefused), (404, .jobRejected), (410, .jobRejected), (422, .jobRejected),
        (429, .rateLimited), (500, .serverFault), (504, .unknownOutcome),
    ])
    func `a poll blames neither caller nor model`(_ status: Int, _ kind: UpstreamError.Kind) {
        let step = Step.resume(RemoteOperation(id: "1", model: "m"))
        #expect(UpstreamErrorClassifier().error(for: UpstreamResponse(status: HTTPStatus(status)), at: step).kind == kind)
    }

    @Test func `a Retry-After date is read by the given clock`() {
        let fields: HTTPFields = [.retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT"]
        let error = UpstreamErrorClassifier(now: { 784_111_747 }).error(for: UpstreamResponse(status: 503, fields: fields), at: start())
        #expect(error.retryAfter == .seconds(30))
    }

    @Test(arguments: [
        ("key sk-abc.def, then", "key [hidden], then"), ("Bearer abc123 failed", "Bearer [hidden] failed"),
        ("two\r\n  lines\u{0}x", "two lines x"), ("the secret0 is out", "the [hidden] is out"),
        ("id 0123456789abcdef0123456789abcdef01234567!", "id [hidden]!"), ("say: the old prompt of ours", "say: [prompt]"),
        ("cut: the old pr", "cut: the old pr"), ("a model openai/gpt-image-2 is fine", "a model openai/gpt-image-2 is fine"),
    ])
    func `a message is one line without secrets`(_ text: String, _ cleaned: String) {
        #expect(UpstreamText.cleaned(text, hiding: ["secret0"], prompt: "the old\nprompt of ours") == cleaned)
    }

    @Test func `a prompt that is quoted in part is hidden as far as it goes`() {
        let prompt = "a very long prompt that the provider cuts somewhere in the middle"
        let text = "Rejected: 'a very long prompt that the provider cuts some...' twice: a very long prompt that the"
        #expect(UpstreamText.cleaned(text, hiding: [], prompt: prompt) == "Rejected: '[prompt]...' twice: [prompt]")
    }

    @Test func `a message is short`() {
        #expect(UpstreamText.cleaned(String(repeating: "word ", count: 1000), hiding: [], prompt: nil).count == UpstreamText.maximumLength)
    }

    @Test(arguments: ["", "two words", "sk-abc", "x\ny", String(repeating: "a", count: 81)])
    func `a code that is none is dropped`(_ text: String) {
        #expect(UpstreamText.identifier(text) == nil)
    }

    private func start() -> Step { .start(GenerationRequest(model: "m", prompt: "a red kite")) }
}
