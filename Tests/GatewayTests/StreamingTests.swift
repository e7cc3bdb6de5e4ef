import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    static let stream: JSONValue = ["model": "cat-1", "prompt": "a cat", "stream": true, "partial_images": 2]
    static let partial = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "partial", data: "AAAA"))
    static let completed = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "completed", data: ""))

    private func data(_ event: ServerSentEvent?) -> JSONValue { (event.flatMap { try? JSONValue(parsing: $0.data) }) ?? .null }

    @Test func `events have all that clients demand`() async {
        let store = MemoryMediaStore()
        let usage: JSONObject = [
            "input_tokens": 1, "output_tokens": 2, "total_tokens": 3, "input_tokens_details": ["image_tokens": 0, "text_tokens": 1],
        ]
        let made = GenerationResult(
            assets: [MediaAsset(content: .base64(Picture.base64))], usage: usage,
            details: ["quality": "high", "size": "1024x1024", "background": "x"])
        let services = GatewayServices.make(
            store: store, providers: [RecordingProvider("a", made), RecordingProvider("b")],
            transport: ScriptedTransport(["a": [.events([Self.partial, Self.completed])]]))
        let answer = await services.post("/v1/images/generations", Self.stream)
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "text/event-stream; charset=utf-8")
        #expect(answer.fields["x-zoetrope-provider"] == "a")
        #expect(answer.text.hasSuffix("\n\n"))
        let events = answer.events
        #expect(events.map(\.event) == ["image_generation.partial_image", "image_generation.completed"])
        let (first, last) = (data(events.first), data(events.last))
        #expect(first["type"] == "image_generation.partial_image")
        #expect(first["b64_json"] == "AAAA")
        #expect(first["partial_image_index"] == 0)
        for event in [first, last] {
            #expect(event["created_at"]?.int != nil)
            for field in ["size", "quality", "background", "output_format"] { #expect(event[field]?.string != nil) }
        }
        #expect(first["size"] == "auto")
        #expect(last["b64_json"] == .string(Picture.base64))
        #expect(last["quality"] == "high")
        #expect(last["size"] == "1024x1024")
        #expect(last["background"] == "auto")
        #expect(last["output_format"] == "png")
        #expect(last["usage"] == .object(usage))
        #expect(last["warnings"] == nil)
        #expect(store.items.count == 1)
    }

    @Test func `edits have events of their own, and usage even where nothing was counted`() async {
        let services = GatewayServices.make()
        var form = FormBody()
        for (name, value) in [("model", "cat-1"), ("prompt", "a"), ("stream", "true"), ("n", "2")] { form.text(name, value) }
        form.file("image", Picture.png)
        let answer = await services.send(.post, "/v1/images/edits", [.contentType: FormBody.type], body: form.ended)
        #expect(answer.events.map(\.event) == ["image_edit.completed", "image_edit.completed"])
        #expect(data(answer.events.first)["usage"]?["input_tokens_details"]?["text_tokens"] == 0)
    }

    @Test func `an address in an event is fetched with the key of who sent it`() async {
        let url = "http://a.invalid/x.png"
        let network = TableNetwork([url: Picture.png])
        let access = ResultAccess(isOwn: { $0.host == "a.invalid" }, credentials: { _ in [.authorization: "upstream"] })
        for reply in [ScriptedTransport.Reply.events([Self.completed]), .answer(200)] {
            let services = GatewayServices.make(
                providers: [RecordingProvider("a", GenerationResult(assets: [MediaAsset(content: .url(url))])), RecordingProvider("b")],
                transport: ScriptedTransport(["a": [reply]]), network: network, resultAccess: ["a": access])
            let answer = await services.post("/v1/images/generations", Self.stream)
            #expect(data(answer.events.last)["b64_json"] == .string(Picture.base64))
        }
        #expect(network.calls == [.init(url: url, authorization: "upstream"), .init(url: url, authorization: "upstream")])
    }

    @Test(arguments: [true, false])
    func `warnings are told in the head and with the result`(streams: Bool) async {
        let square = Capabilities(sizes: [.pixels(width: 1024, height: 1024)], streams: streams)
        let services = GatewayServices.make(
            providers: [RecordingProvider("a", capabilities: square), RecordingProvider("b", capabilities: square)],
            transport: ScriptedTransport(streams ? ["a": [.events([Self.partial, Self.completed])]] : [:]))
        let answer = await services.post(
            "/v1/images/generations", ["model": "cat-1", "prompt": "a", "stream": true, "size": "900x1600"])
        #expect(answer.fields["x-zoetrope-warnings"]?.hasPrefix("size: ") == true)
        #expect(data(answer.events.last)["warnings"]?[0]?["field"] == "size")
    }

    @Test func `a stream that cannot begin is an ordinary error`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(otherwise: .answer(503)))
        let answer = await services.post("/v1/images/generations", Self.stream)
        #expect(answer.status == 503)
        #expect(answer.fields[.contentType] == "application/json")
        #expect(answer.error["attempts"]?.array?.count == 2)
        #expect(answer.fields["x-zoetrope-attempts"]?.contains("b=503") == true)
        #expect(await services.post("/v1/images/generations", ["model": "cat-1", "prompt": "a", "stream": true, "n": 0]).status == 400)
    }

    @Test func `a stream that breaks ends with an error event`() async {
        let broken = Result<ServerSentEvent, UpstreamError>.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "reset"))
        let services = GatewayServices.make(transport: ScriptedTransport(["a": [.events([Self.partial, broken])]]))
        let answer = await services.post("/v1/images/generations", Self.stream)
        #expect(answer.status == 200)
        let last = answer.events.last
        #expect(last?.event == "error")
        #expect(data(last)["type"] == "error")
        #expect(data(last)["error"]?["code"] == "outcome_unknown")
        #expect(data(last)["error"]?["message"]?.string != nil)
    }

    @Test func `a result that cannot be read ends with an error event`() async {
        let services = GatewayServices.make(
            providers: [RecordingProvider("a", GenerationResult(assets: [MediaAsset(content: .base64("%"))])), .init("b")])
        let answer = await services.post("/v1/images/generations", Self.stream)
        #expect(answer.events.map(\.event) == ["error"])
    }

    @Test func `ephemeral results are not stored`() async {
        let store = MemoryMediaStore()
        let answer = await GatewayServices.make(store: store).post(
            "/v1/images/generations", ["model": "cat-1", "prompt": "a", "stream": true, "response_format": "b64_ephemeral"])
        #expect(data(answer.events.last)["b64_json"] == .string(Picture.base64))
        #expect(store.items.isEmpty)
    }

    /// Gives one preview, then nothing until it is cancelled.
    private final class Hanging: UpstreamTransport, UpstreamEvents {
        let hasBegun = Mutex(false)
        let wasCancelled = Mutex(false)

        func send(
            _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
        ) async -> Result<UpstreamAnswer, UpstreamError> { .success(.events(self)) }

        func next() async -> Result<ServerSentEvent?, UpstreamError> {
            let isFirst = hasBegun.withLock { begun in
                defer { begun = true }
                return !begun
            }
            if isFirst { return StreamingTests.partial.map { $0 } }
            try? await Task.sleep(for: .seconds(3600))
            wasCancelled.withLock { $0 = true }
            return .failure(UpstreamError(.cancelled, .mayHaveStarted, message: "gone"))
        }
    }

    @Test func `a client that goes away ends the upstream call`() async {
        let transport = Hanging()
        let services = GatewayServices.make(transport: transport)
        let request = HTTPRequest(
            head: HTTPRequestHead(
                method: .post, target: "/v1/images/generations", fields: [.authorization: "key-of-alice", .contentType: "application/json"]),
            body: .stream(PieceStream(Self.stream.serialized()), length: nil))
        let begun = AsyncStream<Void>.makeStream()
        let reading = services.loop.spawn {
            let response = await GatewayHandler(services).respond(to: request)
            guard case .stream(let stream, _) = response.body else { return }
            while (try? await stream.next()) != nil { begun.continuation.yield() }
        }
        for await _ in begun.stream { break }
        reading.cancel()
        await reading.value
        #expect(transport.wasCancelled.withLock { $0 })
    }
}
