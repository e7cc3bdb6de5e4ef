import Gateway
import GatewayTesting
import HTTP
import Media
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatchPartsTests {
    static let single = Capabilities(operations: [.generate, .edit], maximumInputs: 4, maximumCount: 1, inputForm: .base64)
    let four = GenerationRequest(model: "m", count: 4)

    @Test func `a count beyond one call is asked in several`() async throws {
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Capabilities(maximumCount: 2))])
        let outcome = await fixture.dispatch(GenerationRequest(model: "m", count: 5))
        #expect(outcome.count == 5)
        #expect(fixture.transport.sent.map { $0.body["n"]?.int ?? 0 }.sorted() == [1, 2, 2])
        #expect(outcome.upstreamRequestCount == 3)
        let result = try outcome.result.get()
        #expect(result.usage == ["images": .integer(5)])
        #expect(outcome.attempts.count == 3)
    }

    @Test func `what one provider did not make the next one makes`() async {
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.single), ScriptedProvider("b")],
            script: ["a": [.answer(200), .answer(429), .answer(200), .answer(200)]])
        let outcome = await fixture.dispatch(four)
        #expect(outcome.count == 4)
        #expect(fixture.transport.starts(at: "b") == 1)
        #expect(fixture.transport.sent.last?.body["n"] == .integer(1))
        #expect(outcome.warnings.isEmpty)
    }

    @Test(arguments: [429, 400])
    func `paid results are delivered with a warning when the rest fails`(status: Int) async {
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.single)], script: ["a": [.answer(200), .answer(status), .answer(200), .answer(200)]])
        let outcome = await fixture.dispatch(four)
        #expect(outcome.count == 3)
        #expect(outcome.warnings.map(\.field) == ["n"])
        #expect(outcome.attempts.count { $0.billed == .yes } == 3)
    }

    @Test func `a provider that gives more than asked saves the missing part`() async {
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.single), ScriptedProvider("b")],
            script: ["a": [.answer(200, body: "2"), .answer(429)]])
        let outcome = await fixture.dispatch(GenerationRequest(model: "m", count: 2))
        #expect(outcome.count == 2)
        #expect(outcome.failure == nil)
        #expect(fixture.transport.starts(at: "b") == 0)
    }

    @Test func `an unknown part is not bought again where the policy stops`() async {
        let unknown = ScriptedTransport.Reply.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""))
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.single), ScriptedProvider("b")],
            script: ["a": [.answer(200), .answer(429), unknown, .answer(200)]])
        let outcome = await fixture.dispatch(four, policy: FallbackPolicy(ambiguousStops: true))
        #expect(outcome.count == 2)
        #expect(fixture.transport.starts(at: "b") == 0)
    }

    @Test func `no part starts after a failure, and parts keep to the provider's limit`() async {
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.single)], script: ["a": [.answer(200), .answer(500)]],
            limits: ["a": HealthBoard.Limit(maximumConcurrent: 1)])
        let outcome = await fixture.dispatch(four)
        #expect(outcome.count == 1)
        #expect(fixture.transport.sent.count == 2)
        #expect(fixture.board.load(of: "a").running == 0)
    }

    @Test func `at most four parts run at once`() async {
        let holds = Array(repeating: ScriptedTransport.Reply.hold, count: 6)
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Self.single)], script: ["a": holds])
        async let outcome = fixture.dispatch(GenerationRequest(model: "m", count: 6))
        await fixture.until { fixture.transport.held == 4 }
        #expect(fixture.board.load(of: "a").running == 4)
        for done in 1...6 {
            await fixture.until { fixture.transport.held == min(4, 7 - done) }
            fixture.transport.answer("a")
        }
        #expect(await outcome.count == 6)
        #expect(fixture.board.load(of: "a").running == 0)
    }

    @Test func `inputs are fetched and encoded as the provider takes them`() async {
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Self.single)]) { _ in
            .success(MediaInput(content: .data(ByteSource([1, 2, 3])), type: .png, fileName: "image-0.png"))
        }
        let inputs = [
            MediaInput(content: .url("https://example.com/a.png"), type: nil, fileName: "image-0"),
            MediaInput(content: .data(ByteSource([1, 2])), type: .png, fileName: "image-1.png"),
        ]
        _ = await fixture.dispatch(GenerationRequest(operation: .edit, model: "m", inputs: inputs))
        #expect(fixture.transport.sent.first?.body["images"] == .array([.string("base64:b64-3"), .string("base64:b64-2")]))
    }

    @Test func `an input that cannot be fetched is the caller's fault`() async {
        let providers = ["a", "b"].map { ScriptedProvider($0, capabilities: Self.single) }
        let fixture = DispatchFixture(providers) { _ in
            .failure(UpstreamError(.unreachable, .notSent, field: "image", message: "the address cannot be fetched"))
        }
        let input = MediaInput(content: .url("http://10.0.0.1/"), type: nil, fileName: "image-0")
        let outcome = await fixture.dispatch(GenerationRequest(operation: .edit, model: "m", inputs: [input]))
        #expect(outcome.failure?.status == 400)
        #expect(outcome.failure?.field == "image")
        #expect(fixture.transport.sent.isEmpty)
    }
}
