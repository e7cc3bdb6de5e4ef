import Gateway
import GatewayTesting
import HTTP
import Media
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatchUploadTests {
    static let able = Capabilities(operations: [.edit], acceptsMask: true, maximumInputs: 4, maximumCount: 1, inputForm: .upload)
    static let other = Capabilities(operations: [.edit], acceptsMask: true, maximumInputs: 4, maximumCount: 10)
    static let strict = FallbackPolicy(ambiguousStops: true, ambiguousJobsStop: true)
    static let lost = ScriptedTransport.Reply.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""))

    private static func picture(_ name: String, _ content: MediaInput.Content = .data(ByteSource([1, 2]))) -> MediaInput {
        MediaInput(content: content, type: .png, fileName: name)
    }

    private func request(_ inputs: MediaInput..., mask: MediaInput? = nil, count: Int = 1) -> GenerationRequest {
        GenerationRequest(operation: .edit, model: "m", count: count, inputs: inputs, mask: mask)
    }

    /// `a` wants uploads, `b` does not.
    private func fixture(_ replies: ScriptedTransport.Reply..., limits: [String: HealthBoard.Limit] = [:]) -> DispatchFixture {
        DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.able), ScriptedProvider("b", capabilities: Self.other)], script: ["a": replies],
            limits: limits)
    }

    @Test func `inputs and mask are uploaded once for all parts, and named in each request`() async {
        let fixture = fixture(.answer(201, body: "1"), .answer(201, body: "2"), .answer(201, body: "m"))
        let outcome = await fixture.dispatch(
            request(Self.picture("image-0.png"), Self.picture("image-1.png"), mask: Self.picture("mask.png"), count: 3))
        #expect(outcome.count == 3)
        #expect(fixture.transport.journal == Array(repeating: "a/upload", count: 3) + Array(repeating: "a/start", count: 3))
        for start in fixture.transport.sent.suffix(3) {
            #expect(start.body["images"] == ["uploaded:a-1", "uploaded:a-2"])
            #expect(start.body["mask"] == "uploaded:a-m")
            #expect(start.body["n"] == 1)
        }
        #expect(fixture.transport.sent.first?.body["model"] == "m-a")
        #expect(outcome.upstreamRequestCount == 3)
        #expect(outcome.header == "a=200;0ms, a=200;0ms, a=200;0ms")
    }

    @Test func `a request without inputs uploads nothing, and an address that the provider takes is left`() async {
        var able = Self.able
        able.operations = [.generate, .edit]
        able.acceptsInputURLs = true
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: able)])
        _ = await fixture.dispatch()
        _ = await fixture.dispatch(request(Self.picture("image-0", .url("https://example.com/a.png"))))
        #expect(fixture.transport.journal == ["a/start", "a/start"])
        #expect(fixture.transport.sent.last?.body["images"] == ["url:https://example.com/a.png"])
    }

    @Test func `each provider gets uploads of its own`() async {
        let providers = ["a", "b"].map { ScriptedProvider($0, capabilities: Self.able) }
        let fixture = DispatchFixture(
            providers, script: ["a": [.answer(201, body: "1"), .answer(503)], "b": [.answer(201, body: "2")]])
        let outcome = await fixture.dispatch(request(Self.picture("image-0.png")))
        #expect(outcome.header == "a=503;0ms, b=200;0ms")
        #expect(fixture.transport.journal == ["a/upload", "a/start", "b/upload", "b/start"])
        #expect(fixture.transport.sent.last?.body["images"] == ["uploaded:b-2"])
    }

    @Test(arguments: [
        (ScriptedTransport.Reply.answer(503), "503"), (.answer(504), "504"), (.answer(401), "401"), (.answer(404), "404"),
        (.answer(500), "500"), (.answer(200), "fault"), (.answer(202), "fault"), (lost, "fault"),
        (.failure(UpstreamError(.invalidAnswer, .mayHaveStarted, message: "")), "fault"),
        (.failure(UpstreamError(.staleConnection, .mayHaveStarted, message: "")), "fault"),
        (.failure(UpstreamError(.unreachable, .notSent, message: "")), "unreachable"),
    ])
    func `a failed upload moves on, and nothing has been bought`(reply: ScriptedTransport.Reply, word: String) async {
        let fixture = fixture(reply)
        let outcome = await fixture.dispatch(request(Self.picture("image-0.png")), policy: Self.strict)
        #expect(outcome.count == 1)
        #expect(outcome.header == "a=\(word);0ms, b=200;0ms")
        #expect(outcome.attempts.first?.billed == .no)
        #expect(outcome.upstreamRequestCount == 1)
        #expect(fixture.transport.starts(at: "a") == 0)
        #expect(fixture.board.load(of: "a").running == 0)
    }

    @Test func `after the first upload that fails no other is sent`() async {
        let fixture = fixture(.answer(201, body: "1"), .answer(500))
        let inputs = request(Self.picture("image-0.png"), Self.picture("image-1.png"), mask: Self.picture("mask.png"))
        _ = await fixture.dispatch(inputs)
        #expect(fixture.transport.journal == ["a/upload", "a/upload", "b/start"])
    }

    @Test func `an upload that times out is no unknown outcome, also where nobody else is left`() async {
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Self.able)], script: ["a": [Self.lost]])
        let outcome = await fixture.dispatch(request(Self.picture("image-0.png")), policy: Self.strict)
        #expect(outcome.failure?.kind == .exhausted)
        #expect(outcome.failure?.shouldRetry == nil)
        #expect(outcome.attempts.first?.billed == .no)
        #expect(outcome.upstreamRequestCount == 0)
    }

    @Test func `a caller's own video is uploaded as well`() async {
        let able = Capabilities(operations: [.editVideo], maximumInputs: 1, inputForm: .upload, acceptsVideoFile: true)
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: able)], script: ["a": [.answer(201, body: "v")]])
        var request = GenerationRequest(operation: .editVideo, model: "m", prompt: "a cat")
        request.source = .given(MediaInput(content: .data(ByteSource([1, 2, 3])), type: .mp4, fileName: "video.mp4"))
        #expect(await fixture.dispatch(request).count == 1)
        #expect(fixture.transport.journal == ["a/upload", "a/start"])
        #expect(fixture.transport.sent.first?.body["file"] == "data:3")
    }

    @Test func `a caller who goes away during an upload buys nothing, anywhere`() async {
        let fixture = fixture(.hold)
        let request = request(Self.picture("image-0.png"))
        let call = Task { await fixture.dispatch(request) }
        await fixture.until { fixture.transport.held == 1 }
        call.cancel()
        let outcome = await call.value
        #expect(outcome.failure?.kind == .cancelled)
        #expect(outcome.attempts.allSatisfy { $0.billed == .no })
        #expect(fixture.transport.journal == ["a/upload"])
        #expect(fixture.board.load(of: "a").running == 0)
    }

    @Test(arguments: [(413, "", DispatchFailure.Kind.invalidRequest), (400, "moderated", .moderated)])
    func `an input that is refused is the caller's fault`(status: Int, body: String, kind: DispatchFailure.Kind) async {
        let fixture = fixture(.answer(status, body: body))
        #expect(await fixture.dispatch(request(Self.picture("image-0.png"))).failure?.kind == kind)
        #expect(fixture.transport.journal == ["a/upload"])
    }

    @Test func `what cannot be uploaded in a provider's wire format is skipped there`() async {
        let mute = ScriptedProvider("a", capabilities: Self.able, cannotSay: true)
        let fixture = DispatchFixture([mute, ScriptedProvider("b", capabilities: Self.other)])
        let outcome = await fixture.dispatch(request(Self.picture("image-0.png")))
        #expect(outcome.header == "a=skipped, b=200;0ms")
        #expect(fixture.transport.journal == ["b/start"])
    }
}
