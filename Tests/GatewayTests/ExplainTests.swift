import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct ExplainTests {
    static let request: JSONValue = ["model": "cat-1", "prompt": "a cat"]
    static let images = Capabilities(operations: [.generate, .edit], acceptsMask: true, maximumInputs: 2, maximumCount: 2)
    static let videos = Capabilities(operations: [.video, .editVideo], maximumInputs: 1, seconds: [4, 8], acceptsVideoFile: true)

    private func services(
        _ a: Capabilities = images, _ b: Capabilities = images, facts: [String: [String: ModelFacts]] = [:],
        transport: ScriptedTransport = ScriptedTransport(), network: TableNetwork = TableNetwork(), clock: ManualClock? = nil
    ) -> GatewayServices {
        .make(
            providers: [RecordingProvider("a", capabilities: a), RecordingProvider("b", capabilities: b)], transport: transport,
            network: network, facts: facts, clock: clock)
    }

    private func explain(_ json: JSONValue = request, on services: GatewayServices? = nil) async -> JSONValue {
        await (services ?? self.services()).post("/v1/explain", json).json
    }

    /// A member of each candidate, in order.
    private func each(_ member: String, of json: JSONValue) -> [JSONValue] {
        (json["candidates"]?.array ?? []).map { $0[member] ?? "missing" }
    }

    @Test func `the candidates stand in the order in which a call would try them`() async {
        let plain = await explain()
        #expect(plain["object"] == "explanation")
        #expect(each("provider", of: plain) == ["a", "b"] && each("model", of: plain) == ["cat-1", "cat-1"])
        #expect(plain["chosen"] == "a/cat-1")
        let turned = await explain(["model": "cat-1", "prompt": "a", "provider": ["order": ["b"]]])
        #expect(each("provider", of: turned) == ["b", "a"])
        #expect(turned["chosen"] == "b/cat-1")
        let only = await explain(["model": "cat-1", "prompt": "a", "provider": ["only": ["z"]]])
        #expect(only["candidates"] == [] && only["chosen"] == .null)
    }

    @Test func `who cannot do it is told with the reason and the field`() async {
        let one = Capabilities(operations: [.generate, .edit], maximumInputs: 1)
        let two: JSONValue = .array(Array(repeating: .string("data:image/png;base64,\(Picture.base64)"), count: 2))
        let json = await explain(["model": "cat-1", "prompt": "a", "image": two], on: services(one))
        #expect(json["operation"] == "edit")
        #expect(each("usable", of: json) == [false, true])
        #expect(each("reason", of: json) == ["it takes at most 1 input images", .null])
        #expect(each("field", of: json) == ["image", .null])
        #expect(each("calls", of: json) == [.null, 1])
        #expect(json["chosen"] == "b/cat-1")
        let nobody = await explain(Self.request, on: services(Self.videos, Capabilities(operations: [.edit])))
        #expect(each("usable", of: nobody) == [false, false] && nobody["chosen"] == .null && nobody["cost"] == .null)
    }

    @Test func `what would be lost is a warning, and to the strict an obstacle`() async {
        let deaf = Capabilities(operations: [.generate], maximumCount: 1, droppedFields: ["seed"])
        let services = services(deaf)
        let json = await explain(["model": "cat-1", "prompt": "a", "seed": 1, "n": 3], on: services)
        #expect(each("warnings", of: json) == [[["field": "seed", "message": "ignored by this provider"]], []])
        #expect(each("calls", of: json) == [3, 2])
        let strict = await explain(["model": "cat-1", "prompt": "a", "seed": 1, "strict": true], on: services)
        #expect(each("usable", of: strict) == [false, true] && each("field", of: strict) == ["seed", .null])
        #expect(strict["policy"]?["strict"] == true && strict["chosen"] == "b/cat-1")
    }

    @Test func `the cost is that of the chosen one, and what is not known is null`() async {
        let services = services(facts: ["a": ["cat-1": ModelFacts(price: Price(image: 0.1))]])
        let json = await explain(["model": "cat-1", "prompt": "a", "n": 3], on: services)
        #expect(each("pricing", of: json) == [["image": 0.1], .null])
        #expect(each("cost", of: json) == [0.3, .null])
        #expect(json["cost"] == 0.3)
        let turned = await explain(["model": "cat-1", "prompt": "a", "provider": ["order": ["b"]]], on: services)
        #expect(turned["cost"] == .null)
        #expect(each("cost", of: await explain(["model": "gpt-image-9", "prompt": "a"], on: services)) == [0.1, 0.1])
    }

    @Test func `the policy is that of the call`() async {
        let json = await explain(["model": "cat-1", "prompt": "a", "provider": ["allow_fallbacks": false]])
        #expect(
            json["policy"] == [
                "attempts": 6, "deadline": 600, "allow_fallbacks": false, "ambiguous": "next", "fallback_on_moderation": false,
                "strict": false,
            ])
        let video = await explain(["model": "cat-1", "prompt": "a", "operation": "video"], on: services(Self.videos))
        #expect(video["policy"]?["ambiguous"] == "stop")
    }

    // MARK: Availability

    @Test func `a resting candidate is passed over, with the time it rests`() async {
        let clock = ManualClock()
        let services = services(transport: ScriptedTransport(["a": [.answer(429, retryAfter: 30)]]), clock: clock)
        _ = await services.post("/v1/images/generations", Self.request)
        clock.advance(by: .seconds(10))
        let json = await explain(on: services)
        #expect(each("usable", of: json) == [true, true])
        #expect(each("availability", of: json) == ["cooling down", "available"])
        #expect(each("available_in", of: json) == [20, .null])
        #expect(json["chosen"] == "b/cat-1")
        // Alone it is tried although it rests, as a call would.
        #expect(await explain(["model": "wild/1", "prompt": "a"], on: services)["chosen"] == "a/wild/1")
        #expect(await explain(["model": "cat-1", "prompt": "a", "provider": ["only": ["a"]]], on: services)["chosen"] == "a/cat-1")
    }

    @Test(arguments: [(401, "its key is refused"), (404, "the model is gone there")])
    func `where a call would fail at once nobody is chosen`(status: Int, reason: String) async {
        let services = services(transport: ScriptedTransport(["a": [.answer(status)]], otherwise: .answer(200)), clock: ManualClock())
        let alone: JSONValue = ["model": "cat-1", "prompt": "a", "provider": ["only": ["a"]]]
        _ = await services.post("/v1/images/generations", alone)
        let json = await explain(alone, on: services)
        #expect(each("availability", of: json) == [.string(reason)])
        #expect(json["chosen"] == .null)
        #expect(await explain(on: services)["chosen"] == "b/cat-1")
    }
}

@Suite(.timeLimit(.minutes(1))) struct ExplainReadingTests {
    private func services(_ capabilities: Capabilities = RecordingProvider.able) -> GatewayServices {
        .make(providers: ["a", "b"].map { RecordingProvider($0, capabilities: capabilities) })
    }

    private func operation(_ json: JSONValue, _ capabilities: Capabilities = RecordingProvider.able) async -> JSONValue? {
        await services(capabilities).post("/v1/explain", json).json["operation"]
    }

    @Test func `the operation is guessed, or named`() async {
        let picture: JSONValue = .string("data:image/png;base64,\(Picture.base64)")
        #expect(await operation(["model": "cat-1"]) == "generate")
        #expect(await operation(["model": "cat-1", "image": picture]) == "edit")
        #expect(await operation(["model": "cat-1", "seconds": "4"]) == "video")
        #expect(await operation(["model": "cat-1", "input_reference": picture]) == "video")
        #expect(await operation(["model": "cat-1"], ExplainTests.videos) == "video")
        #expect(await operation(["model": "cat-1", "operation": "upscale", "image": picture]) == "upscale")
        #expect(await operation(["model": "cat-1", "operation": "video"]) == "video")
        #expect(await operation(["model": "cat-1", "operation": .null], ExplainTests.images) == "generate")
    }

    @Test func `a form is read as well`() async {
        var form = FormBody()
        for (name, value) in [("model", "cat-1"), ("prompt", "a"), ("n", "4"), ("operation", "edit")] { form.text(name, value) }
        form.file("image", Picture.png)
        form.file("mask", Picture.png)
        let services = services(ExplainTests.images)
        let json = await services.send(.post, "/v1/explain", [.contentType: FormBody.type], body: form.ended).json
        #expect(json["operation"] == "edit" && json["chosen"] == "a/cat-1")
        #expect(json["candidates"]?[0]?["calls"] == 2)
        var video = FormBody()
        video.text("model", "cat-1")
        video.file("input_reference", Picture.png)
        let told = await self.services().send(.post, "/v1/explain", [.contentType: FormBody.type], body: video.ended).json
        #expect(told["operation"] == "video")
    }

    @Test func `nothing is sent, fetched or stored`() async {
        let (transport, network, store) = (ScriptedTransport(), TableNetwork(), MemoryMediaStore())
        let services = GatewayServices.make(store: store, transport: transport, network: network)
        let answer = await services.post("/v1/explain", ["model": "cat-1", "prompt": "a", "image": "https://example.com/a.png"])
        #expect(answer.status == 200)
        #expect(answer.json["operation"] == "edit")
        #expect(transport.sent.isEmpty && network.calls.isEmpty && store.items.isEmpty)
    }

    @Test(
        arguments: [
            (["prompt": "a"], 400, "missing_required_parameter", "model"), (["model": "nothing"], 404, "model_not_found", "model"),
            (["model": "cat-1", "operation": "draw"], 400, "invalid_value", "operation"),
            (["model": "cat-1", "operation": 7], 400, "invalid_value", "operation"),
            (["model": "cat-1", "operation": "edit"], 400, "missing_required_parameter", "image"),
            (["model": "cat-1", "size": "big"], 400, "invalid_value", "size"),
            (["model": "cat-1", "n": 11], 400, "integer_above_max_value", "n"),
        ] as [(JSONValue, Int, String, String)])
    func `what a call would be refused for is refused in the same words`(json: JSONValue, status: Int, code: String, field: String) async {
        let answer = await services().post("/v1/explain", json)
        #expect(answer.status == status)
        #expect(answer.error["type"] == "invalid_request_error")
        #expect(answer.error["code"] == .string(code))
        #expect(answer.error["param"] == .string(field))
        #expect(answer.error["message"]?.string?.isEmpty == false)
    }

    @Test func `it needs a key, and a body`() async {
        let stranger = await services().send(.post, "/v1/explain", [.contentType: "application/json"], body: Array("{}".utf8), key: nil)
        #expect(stranger.status == 401 && stranger.error["code"] == "invalid_api_key")
        #expect(await services().send(.get, "/v1/explain").status == 405)
    }
}
