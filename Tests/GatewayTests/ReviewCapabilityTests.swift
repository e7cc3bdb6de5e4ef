import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

@testable import Gateway

/// Whose abilities differ by operation.
private struct TwofoldProvider: Provider {
    static let type = "twofold"
    var inner = ScriptedProvider("a")
    var whole = Capabilities(operations: [.generate, .edit], maximumInputs: 1)
    /// Of generations.
    var part = Capabilities(submitsJobs: true)
    var asked: @Sendable () -> Void = {}

    init() {}
    init(_ settings: ProviderSettings) throws(ConfigurationError) {}

    func capabilities(for upstreamModel: String) -> Capabilities {
        asked()
        return whole
    }

    func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        asked()
        return operation == .generate ? part : whole
    }

    func request(for step: Step) throws(UpstreamError) -> UpstreamRequest { try inner.request(for: step) }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try inner.generation(from: response, at: step)
    }
}

@Suite(.timeLimit(.minutes(1))) struct ReviewCapabilityTests {
    static let lost = ScriptedTransport.Reply.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""))

    @Test func `a submit of a job whose outcome is unknown stops the call, also where only this operation makes jobs`() async {
        let fixture = DispatchFixture([TwofoldProvider(), ScriptedProvider("b")], script: ["a": [Self.lost]])
        let outcome = await fixture.dispatch()
        #expect(outcome.failure?.kind == .ambiguous)
        #expect(fixture.transport.journal == ["a/start"])
    }

    @Test func `where only another operation makes jobs, an unknown outcome moves on`() async {
        var provider = TwofoldProvider()
        (provider.whole.submitsJobs, provider.part.submitsJobs) = (true, false)
        let fixture = DispatchFixture([provider, ScriptedProvider("b")], script: ["a": [Self.lost]])
        #expect(await fixture.dispatch().count == 1)
        #expect(fixture.transport.journal == ["a/start", "b/start"])
    }

    @Test func `a dry run tells the rule for jobs where the chosen provider makes one of a picture`() async throws {
        let request = GenerationRequest(model: "m", prompt: "a cat")
        for (submitsJobs, rule) in [(true, "stop"), (false, "next")] {
            let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Capabilities(submitsJobs: submitsJobs))])
            let policy = FallbackPolicy()
            let prospects = fixture.dispatcher.prospects(of: request, route: fixture.route, policy: policy)
            let json = Explanation(request: request, policy: policy, prospects: prospects, now: fixture.clock.now).json
            #expect(json["policy"]?["ambiguous"] == .string(rule))
        }
    }

    @Test func `a provider is asked once for each model and operation`() async {
        let count = Atomic(0)
        var provider = TwofoldProvider()
        provider.asked = { count.add(1, ordering: .relaxed) }
        let fixture = DispatchFixture([provider])
        for _ in 0..<3 { _ = await fixture.dispatch() }
        #expect(count.load(ordering: .relaxed) == 1)
    }

    @Test func `names that callers invent do not fill the memory`() {
        let cache = TargetCache()
        func target(of model: String) -> Target {
            let candidate = Candidate(provider: "a", upstreamModel: model)
            return cache.target(of: candidate) { Target(candidate, nil, seat: 0) }
        }
        let first = target(of: "m0")
        #expect(target(of: "m0") === first)
        for index in 1..<3000 { _ = target(of: "m\(index)") }
        #expect(target(of: "m2999") === target(of: "m2999"))
        #expect(target(of: "m0") !== first)
        let long = String(repeating: "m", count: 201)
        #expect(target(of: long) !== target(of: long))
    }
}
