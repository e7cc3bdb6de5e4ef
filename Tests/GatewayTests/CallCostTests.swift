import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct CallCostTests {
    static let facts = ["a": ["cat-1": ModelFacts(price: Price(image: 0.04, second: 0.1))]]
    static let request: JSONValue = ["model": "cat-1", "prompt": "a cat"]

    private func outcome(
        of request: GenerationRequest = GenerationRequest(model: "cat-1", prompt: "a cat"), on services: GatewayServices,
        policy: FallbackPolicy = FallbackPolicy()
    ) async -> DispatchOutcome {
        let route = ["a", "b"].map { Candidate(provider: $0, upstreamModel: "cat-1") }
        return await services.dispatcher.dispatch(request, route: route, policy: policy)
    }

    private func cost(_ outcome: DispatchOutcome) -> Double? { try? outcome.result.get().cost }

    private func isNear(_ one: Double?, _ other: Double) -> Bool { one.map { abs($0 - other) < 1e-9 } ?? false }

    @Test func `a result costs what the catalogue says, and so does its attempt`() async {
        let services = GatewayServices.make(facts: Self.facts)
        let outcome = await outcome(of: GenerationRequest(model: "cat-1", prompt: "a cat", count: 3), on: services)
        #expect(isNear(cost(outcome), 0.12))
        #expect(outcome.attempts.map(\.cost) == [cost(outcome)])
    }

    @Test func `the operator's price stands above the catalogue's, the provider's own word above both`() async {
        let policy = FallbackPolicy(price: Price(image: 0.5))
        #expect(cost(await outcome(on: .make(facts: Self.facts), policy: policy)) == 0.5)
        let told = GenerationResult(assets: [MediaAsset(content: .base64(Picture.base64))], cost: 0.07)
        let services = GatewayServices.make(providers: [RecordingProvider("a", told), RecordingProvider("b")], facts: Self.facts)
        let outcome = await outcome(on: services, policy: policy)
        #expect(cost(outcome) == 0.07)
        #expect(outcome.attempts.map(\.cost) == [0.07])
    }

    private func estimate(
        _ request: GenerationRequest, _ capabilities: Capabilities, prices: [Double] = [0.1, 5], policy: FallbackPolicy = FallbackPolicy()
    ) -> Amount {
        let facts = zip(["a", "b"], prices).map { ($0, ["m": ModelFacts(price: Price(image: $1, second: $1))]) }
        let services = GatewayServices.make(
            providers: [RecordingProvider("a", capabilities: capabilities), RecordingProvider("b")],
            facts: Dictionary(uniqueKeysWithValues: facts))
        let route = ["a", "b"].map { Candidate(provider: $0, upstreamModel: "m") }
        return services.dispatcher.estimate(of: request, route: route, policy: policy)
    }

    @Test func `a call may cost what its dearest candidate makes of it`() {
        var longer = RecordingProvider.able
        longer.seconds = [10]
        var video = GenerationRequest(operation: .video, model: "m", prompt: "a cat")
        video.seconds = 2
        #expect(estimate(video, longer, prices: [0.1, 0.1]) == Amount(dollars: 1))
    }

    @Test func `candidates that it cannot come to do not count, unless there are no others`() {
        var video = GenerationRequest(operation: .video, model: "m", prompt: "a cat")
        video.seconds = 1
        #expect(estimate(video, Capabilities(operations: [.generate]), prices: [5, 0.1]) == Amount(dollars: 0.1))
        let image = GenerationRequest(model: "m", prompt: "a cat")
        #expect(estimate(image, RecordingProvider.able, policy: FallbackPolicy(allowsFallbacks: false)) == Amount(dollars: 0.1))
        #expect(estimate(image, RecordingProvider.able) == Amount(dollars: 5))
        let nobody = FallbackPolicy(operations: [.video])
        #expect(estimate(image, RecordingProvider.able, policy: nobody) == Amount(dollars: 5))
    }

    @Test func `a free result costs nothing, and an unknown one is not free`() async {
        #expect(cost(await outcome(on: .make(), policy: FallbackPolicy(price: Price(image: 0)))) == 0)
        let unknown = await outcome(on: .make())
        #expect(unknown.count == 1)
        #expect(cost(unknown) == nil)
        #expect(unknown.attempts.map(\.cost) == [nil])
        #expect(cost(await outcome(on: .make(), policy: FallbackPolicy(price: Price(second: 1)))) == nil)
    }

    @Test func `each part has its cost, and one that is not known makes the whole unknown`() async {
        let single = RecordingProvider("a", capabilities: Capabilities(maximumCount: 1))
        let two = GenerationRequest(model: "cat-1", prompt: "a cat", count: 2)
        let whole = await outcome(of: two, on: .make(providers: [single, RecordingProvider("b")], facts: Self.facts))
        #expect(isNear(cost(whole), 0.08))
        #expect(whole.attempts.map(\.cost) == [0.04, 0.04])
        let mixed = await outcome(
            of: two,
            on: .make(
                providers: [single, RecordingProvider("b")], transport: ScriptedTransport(["a": [.answer(200), .answer(503)]]),
                facts: Self.facts))
        #expect(mixed.count == 2)
        #expect(cost(mixed) == nil)
        #expect(mixed.attempts.compactMap(\.cost) == [0.04])
    }

    @Test func `a failed attempt costs nothing that is known`() async {
        let services = GatewayServices.make(
            transport: ScriptedTransport(["a": [.answer(503)]]), facts: ["b": ["cat-1": ModelFacts(price: Price(image: 0.3))]])
        let outcome = await outcome(on: services)
        #expect(outcome.attempts.map(\.cost) == [nil, 0.3])
        #expect(cost(outcome) == 0.3)
    }

    @Test func `a video costs by the length that is made, not by the one that was asked`() async {
        let able = Capabilities(operations: [.video], seconds: [4, 8])
        let services = GatewayServices.make(providers: [RecordingProvider("a", capabilities: able)], facts: Self.facts)
        var request = GenerationRequest(operation: .video, model: "cat-1", prompt: "a cat")
        #expect(cost(await outcome(of: request, on: services)) == nil)
        request.seconds = 5
        #expect(isNear(cost(await outcome(of: request, on: services)), 0.4))
    }

    @Test func `callers are told in the head, and ImageRouter's in the body`() async {
        let services = GatewayServices.make(facts: Self.facts)
        let plain = await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a cat", "n": 2])
        #expect(plain.fields["x-zoetrope-cost"] == "0.08")
        #expect(await services.post("/v1/openai/images/generations", Self.request).json["cost"] == 0.04)
        #expect(await GatewayServices.make().post("/v1/images/generations", Self.request).fields["x-zoetrope-cost"] == nil)
        let operators = await services.post("/v1/images/generations", ["model": "gpt-image-9", "prompt": "a cat"])
        #expect(operators.fields["x-zoetrope-cost"] == "0.1")
    }

    // MARK: /v1/models

    @Test func `a model's price is the operator's, else the first that is known`() async {
        let facts = [
            "a": ["cat-1": ModelFacts(), "gpt-image-9": ModelFacts(price: Price(image: 9))],
            "b": ["cat-1": ModelFacts(price: Price(second: 0.2, megapixel: 0.01))],
        ]
        let services = GatewayServices.make(facts: facts)
        #expect(await services.send(.get, "/v1/models/cat-1").json["pricing"] == ["second": 0.2, "megapixel": 0.01])
        #expect(await services.send(.get, "/v1/models/gpt-image-9").json["pricing"] == ["image": 0.1])
        #expect(await services.send(.get, "/v1/models/org%2Fdog").json["pricing"] == .null)
    }

    @Test func `a model is said to do what the model can, not what its providers can`() async {
        let facts = ModelFacts(operations: [.generate, .video], inputs: 0...2, seconds: [5, 10], mask: false)
        let services = GatewayServices.make(facts: [
            "a": ["cat-1": facts], "b": ["cat-1": ModelFacts(operations: [.edit], seconds: [5], mask: false)],
        ])
        let told = await services.send(.get, "/v1/models/cat-1").json["capabilities"]
        #expect(told?["operations"] == ["generate", "edit", "video"])
        #expect(told?["output"] == ["image", "video"])
        #expect(told?["mask"] == false)
        #expect(told?["inputs"] == 16)
        #expect(told?["seconds"] == [5, 10])
    }

    @Test func `a candidate whose model cannot do it is passed over`() async {
        let services = GatewayServices.make(facts: ["a": ["cat-1": ModelFacts(operations: [.edit])]])
        let answer = await services.post("/v1/images/generations", Self.request)
        #expect(answer.fields["x-zoetrope-attempts"]?.hasPrefix("a=skipped, b=200") == true)
    }
}
