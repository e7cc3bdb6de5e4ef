import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct HandlerTests {
    static let cat: JSONValue = ["model": "cat-1", "prompt": "a cat"]

    private func result(_ content: MediaAsset.Content, cost: Double? = nil, details: JSONObject = [:]) -> GenerationResult {
        GenerationResult(assets: [MediaAsset(content: content)], cost: cost, details: details)
    }

    // MARK: Dialects

    @Test func `a generation in OpenAI's dialect`() async {
        let providers = [
            RecordingProvider("a", result(.base64(Picture.base64), cost: 0.04, details: ["quality": "low", "size": "auto"])), .init("b"),
        ]
        let store = MemoryMediaStore()
        let services = GatewayServices.make(store: store, providers: providers)
        let answer = await services.post("/v1/images/generations", ["model": "gpt-image-9", "prompt": "a cat", "n": 2, "style": "vivid"])
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "application/json")
        #expect(answer.json["data"] == [["b64_json": .string(Picture.base64)], ["b64_json": .string(Picture.base64)]])
        #expect(answer.json["quality"] == "low")
        #expect(answer.json["size"] == nil)
        #expect((answer.json["created"]?.int ?? 0) / 1_000_000_000 == 1)
        #expect(answer.fields["x-zoetrope-provider"] == "a")
        #expect(answer.fields["x-zoetrope-attempts"]?.hasPrefix("a=200;") == true)
        #expect(answer.fields["x-zoetrope-cost"] == "0.04")
        #expect(answer.fields["x-zoetrope-latency"].flatMap { Int($0) } != nil)
        #expect(answer.fields[.requestID]?.hasPrefix("req_") == true)
        let seen = providers[0].record.requests
        #expect(seen.map(\.count) == [2])
        #expect(seen.first?.extras == ["style": "vivid"])
        #expect(store.items.map(\.owner) == ["alice", "alice"])
    }

    @Test func `a generation in ImageRouter's dialect`() async {
        let services = GatewayServices.make(providers: [RecordingProvider("a", result(.base64(Picture.base64), cost: 0.1)), .init("b")])
        let answer = await services.post("/v1/openai/images/generations", ["model": "cat-1", "n": 7])
        #expect(answer.status == 200)
        #expect(answer.json["data"] == [["url": "http://gateway.test:8080/files/0.png"]])
        #expect(answer.json["cost"] == 0.1)
        #expect(answer.json["latency"]?.int != nil)
        #expect((answer.json["created"]?.int ?? 0) / 1_000_000_000 == 1)
        let file = await services.send(.get, "/files/0.png", key: nil)
        #expect(file.bytes == Picture.png)
        #expect(file.fields[.contentType] == "image/png")
    }

    @Test func `a generation in Infron's dialect`() async {
        let answer = await GatewayServices.make().post(
            "/v1/images/generations", ["model": "cat-1", "prompt": "a", "output_format": "b64_json"])
        #expect(answer.json["data"] == [["url": "", "b64_json": .string(Picture.base64), "revised_prompt": ""]])
        #expect(answer.json["cost"] == nil)
    }

    @Test func `the configured price stands in for a cost that nobody tells`() async {
        let answer = await GatewayServices.make().post("/v1/images/generations", ["model": "gpt-image-9", "prompt": "a", "n": 3])
        #expect(answer.fields["x-zoetrope-cost"] == "0.3")
        #expect(!(await GatewayServices.make().post("/v1/images/generations", Self.cat)).fields.contains("x-zoetrope-cost"))
    }

    @Test(arguments: [
        ("image/*", 1, "image/png"), ("image/png, */*;q=0.1", 1, "image/png"), ("image/*", 2, "application/json"),
        ("*/*", 1, "application/json"),
    ])
    func `one image may come as it is`(accept: String, count: Int, type: String) async {
        let answer = await GatewayServices.make().post(
            "/v1/images/generations", ["model": "cat-1", "prompt": "a", "n": .integer(count)], [.accept: accept])
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == type)
        if type == "image/png" { #expect(answer.bytes == Picture.png) } else { #expect(answer.json["data"]?.array?.count == count) }
        #expect(answer.fields["x-zoetrope-provider"] == "a")
    }

    @Test(arguments: [1, 9, 100_000])
    func `an edit as a form, with files, addresses and an own result`(pieces: Int) async {
        let provider = RecordingProvider("a")
        let services = GatewayServices.make(providers: [provider, RecordingProvider("b")])
        _ = await services.post("/v1/images/generations", Self.cat)
        var form = FormBody()
        form.text("prompt", "make it blue")
        form.text("model", "cat")
        form.text("n", "2")
        form.text("steps", "30")
        form.text("image[]", "https://x.example/a.png")
        form.text("image[]", "http://gateway.test:8080/files/0.png")
        form.file("image[]", Picture.jpeg, fileName: "../x.exe")
        form.file("mask", Picture.png)
        let answer = await services.send(.post, "/v1/images/edits", [.contentType: FormBody.type], body: form.ended, pieces: pieces)
        #expect(answer.status == 200)
        #expect(answer.json["data"]?.array?.count == 2)
        let request = provider.record.requests.last
        #expect(request?.operation == .edit)
        #expect(request?.inputs.map(\.fileName) == ["image-0.jpg", "image-1", "image-2.png"])
        #expect(request?.mask?.type == .png)
        #expect(request?.extras == ["steps": "30"])
        #expect(request?.model == "cat-1")
    }

    @Test func `JSON may come compressed`() async throws {
        // {"model":"cat-1","prompt":"a cat"}
        let body = try Base64.decode("H4sIAAAAAAACA6tWys1PSc1RslJKTizRNVTSUSooys8tKAEKJCoAhZRqAeQ8IzEiAAAA")
        let answer = await GatewayServices.make().send(
            .post, "/v1/images/generations", [.contentType: "application/json", .contentEncoding: "gzip"], body: body, pieces: 5)
        #expect(answer.status == 200)
    }

    @Test func `a URL on a provider's own origin is fetched with its key, and no other`() async throws {
        let own = "http://a.invalid/result.png"
        let foreign = "http://cdn.example/result.png"
        let network = TableNetwork([own: Picture.png, foreign: Picture.png])
        let access = ResultAccess(isOwn: { $0.host == "a.invalid" }, credentials: { _ in [.authorization: "Bearer upstream"] })
        var made = result(.url(own))
        made.assets.append(MediaAsset(content: .url(foreign)))
        let services = GatewayServices.make(
            providers: [RecordingProvider("a", made), RecordingProvider("b", result(.url(own)))],
            transport: ScriptedTransport(["a": [.answer(200)]], otherwise: .answer(503)), network: network, resultAccess: ["a": access])
        let answer = await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a", "n": 2])
        #expect(answer.json["data"]?.array?.count == 2)
        #expect(network.calls == [.init(url: own, authorization: "Bearer upstream"), .init(url: foreign, authorization: nil)])
    }

    @Test func `each part of a mixed result is fetched with the key of its own maker`() async {
        let (one, two) = ("http://a.invalid/1.png", "http://b.invalid/2.png")
        let network = TableNetwork([one: Picture.png, two: Picture.png])
        func access(_ host: String) -> ResultAccess {
            ResultAccess(isOwn: { $0.host == host }, credentials: { _ in [.authorization: "key of \(host)"] })
        }
        let single = Capabilities(maximumCount: 1)
        let services = GatewayServices.make(
            providers: [
                RecordingProvider("a", result(.url(one)), capabilities: single),
                RecordingProvider("b", result(.url(two)), capabilities: single),
            ],
            transport: ScriptedTransport(["a": [.answer(200), .answer(503)], "b": [.answer(200)]]), network: network,
            resultAccess: ["a": access("a.invalid"), "b": access("b.invalid")])
        let answer = await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a", "n": 2])
        #expect(answer.json["data"]?.array?.count == 2)
        #expect(network.calls == [.init(url: one, authorization: "key of a.invalid"), .init(url: two, authorization: "key of b.invalid")])
    }

    @Test func `what a provider cannot honour is a warning, or strictly an error`() async {
        let square = Capabilities(sizes: [.auto, .pixels(width: 1024, height: 1024)])
        func services() -> GatewayServices {
            GatewayServices.make(providers: [RecordingProvider("a", capabilities: square), RecordingProvider("b", capabilities: square)])
        }
        let wide: JSONObject = ["model": "cat-1", "prompt": "a", "size": "1600x900"]
        let answer = await services().post("/v1/images/generations", .object(wide))
        #expect(answer.status == 200)
        #expect(answer.fields["x-zoetrope-warnings"]?.hasPrefix("size: ") == true)
        #expect(answer.json["warnings"]?[0]?["field"] == "size")
        var strict = wide
        strict["strict"] = true
        let refused = await services().post("/v1/images/generations", .object(strict))
        #expect(refused.status == 400)
        #expect(refused.error["param"] == "size")
    }

    @Test func `a caller may narrow the route`() async {
        let answer = await GatewayServices.make().post(
            "/v1/images/generations", ["model": "cat-1", "prompt": "a", "provider": ["only": ["b"]]])
        #expect(answer.fields["x-zoetrope-provider"] == "b")
    }

    // MARK: Failures

    @Test func `when all are busy it is 503, with attempts and a time`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(429, retryAfter: 7)))
        let answer = await services.post("/v1/images/generations", Self.cat)
        #expect(answer.status == 503)
        #expect(answer.fields[.retryAfter] == "7")
        #expect(answer.error["code"] == "no_capacity")
        #expect(answer.error["attempts"]?.array?.map { $0["status"]?.int } == [429, 429])
        #expect(answer.error["attempts"]?[0]?["provider"] == "a")
        #expect(answer.fields["x-zoetrope-attempts"]?.contains("b=429;") == true)
        #expect(answer.fields["x-zoetrope-latency"] != nil)
        #expect(!answer.fields.contains("x-should-retry"))
    }

    @Test(arguments: [401, 402, 403])
    func `trouble with our own key never looks like trouble with the caller's`(status: Int) async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(status)))
        #expect(await services.post("/v1/images/generations", Self.cat).status == 502)
    }

    @Test func `what may have been bought is not to be tried again`() async {
        let lost = UpstreamError(.unknownOutcome, .mayHaveStarted, message: "it took too long")
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .failure(lost)))
        let answer = await services.post("/v1/images/generations", Self.cat)
        #expect(answer.status == 502)
        #expect(answer.fields["x-should-retry"] == "false")
    }

    @Test func `a request that the first provider refuses stops there`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(422)))
        let answer = await services.post("/v1/images/generations", Self.cat)
        #expect(answer.status == 422)
        #expect(answer.error["type"] == "invalid_request_error")
        #expect(answer.error["attempts"] == nil)
        #expect(answer.fields["x-zoetrope-attempts"]?.hasPrefix("a=422;") == true)
    }

    @Test(
        arguments: [
            (
                "/v1/images/generations", 400,
                ["message": "scripted 400", "type": "invalid_request_error", "param": nil, "code": "content_policy_violation"]
            ),
            ("/v1/openai/images/generations", 400, ["message": "scripted 400", "type": "invalid_request_error"]),
        ] as [(String, Int, JSONValue)])
    func `a refused content is the caller's to hear`(path: String, status: Int, error: JSONValue) async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(400, body: "moderated")))
        let answer = await services.post(path, Self.cat)
        #expect(answer.status == status)
        #expect(answer.error == error)
    }

    @Test func `a refused content in Infron's dialect is 422`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(400, body: "moderated")))
        let answer = await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a", "output_format": "url"])
        #expect(answer.status == 422)
        #expect(answer.error == ["message": "scripted 400", "type": "content_policy_violation", "param": "", "code": 422])
    }

    @Test func `a result that cannot be fetched names its attempts`() async {
        let services = GatewayServices.make(providers: [RecordingProvider("a", result(.url("http://cdn.example/x"))), .init("b")])
        let answer = await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a", "response_format": "b64_json"])
        #expect(answer.status == 502)
        #expect(answer.fields["x-should-retry"] == "false")
        #expect(answer.error["attempts"]?[0]?["status"] == 200)
        #expect(answer.error["attempts"]?[0]?["billed"] == "yes")
    }

    @Test(
        arguments: [
            (["model": "nope"], "prompt"), (["model": "nope", "prompt": "a", "image": "cat.png"], "image"),
            (["model": "nope", "prompt": "a", "image": "http://127.0.0.1/x"], "image"),
            (["prompt": "a", "image": "data:image/png;base64,AAAA"], "image"),
            (["model": "nope", "prompt": "a"], "model"), (["prompt": "a"], "model"),
        ] as [(JSONValue, String)])
    func `what is wrong with prompt and inputs is said before what is wrong with the model`(body: JSONValue, field: String) async {
        let answer = await GatewayServices.make().post("/v1/images/generations", body)
        #expect(answer.status == (body["model"] == "nope" && field == "model" ? 404 : 400))
        #expect(answer.error["param"] == .string(field))
    }

    // MARK: Models

    @Test func `models are listed in OpenAI's shape`() async {
        let answer = await GatewayServices.make().send(.get, "/v1/models")
        #expect(answer.json["object"] == "list")
        let models = answer.json["data"]?.array ?? []
        #expect(models.compactMap { $0["id"]?.string } == ["cat-1", "gpt-image-9", "org/dog", "cat"])
        for model in models {
            #expect(model["object"] == "model")
            #expect(model["created"]?.int != nil)
            #expect(model["owned_by"]?.string != nil)
        }
        #expect(models[1]["pricing"] == ["image": 0.1])
        #expect(models[1]["providers"] == ["a", "b"])
        #expect(models[3]["alias_of"] == "cat-1")
        #expect(models[0]["capabilities"]?["operations"]?.array?.contains("edit") == true)
    }

    @Test(arguments: ["org/dog", "org%2Fdog", "wild/any"])
    func `a model's name may hold a slash`(name: String) async {
        let answer = await GatewayServices.make().send(.get, "/v1/models/\(name)")
        #expect(answer.status == 200)
        #expect(answer.json["id"]?.string?.contains("/") == true)
    }

    @Test func `an unknown model is 404`() async {
        let answer = await GatewayServices.make().send(.get, "/v1/models/nope")
        #expect(answer.status == 404)
        #expect(answer.error["param"] == "model")
        #expect(answer.error["code"] == "model_not_found")
    }

    @Test(arguments: [("cat-1", 403), ("nope", 404)])
    func `models are not deleted, and the answer says so`(name: String, status: Int) async {
        let answer = await GatewayServices.make().send(.delete, "/v1/models/\(name)", [.contentType: "application/json"])
        #expect(answer.status == status)
        #expect(answer.error["type"] == "invalid_request_error")
        #expect(answer.json["deleted"] == nil)
        if status == 403 { #expect(answer.error["message"]?.string?.hasPrefix("Nothing was deleted") == true) }
    }

    // MARK: Health

    @Test func `health needs no key, and readiness ends with draining`() async {
        let services = GatewayServices.make()
        #expect(await services.send(.get, "/healthz", key: nil).status == 200)
        #expect(await services.send(.get, "/readyz", key: nil).status == 200)
        services.state.drain()
        #expect(await services.send(.get, "/readyz", key: nil).status == 503)
        #expect(await services.send(.get, "/healthz", key: nil).status == 200)
    }
}
