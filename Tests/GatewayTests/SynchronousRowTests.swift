import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

@testable import Gateway

/// Calls that are answered at once and whose results are kept: they are found as tasks.
@Suite(.timeLimit(.minutes(1))) struct SynchronousRowTests {
    private let media = MemoryMediaStore()
    private let store = MemoryTaskStore()

    private func services(
        _ providers: [RecordingProvider] = [RecordingProvider("a"), RecordingProvider("b")],
        transport: any UpstreamTransport = ScriptedTransport(), log: LogPipe? = nil
    ) -> GatewayServices {
        let runner = TaskRunner(
            store: store, media: media, settings: TaskSettings(retention: .seconds(100)), now: { 1_000_000 },
            report: { log?.writer.write(Array($0.utf8)) })
        return .make(store: media, providers: providers, transport: transport, tasks: runner)
    }

    private static func order(_ format: String, _ more: JSONObject = [:]) -> JSONValue {
        var order: JSONObject = ["model": "cat-1", "prompt": "a cat", "response_format": .string(format)]
        for (name, value) in more { order[name] = value }
        return .object(order)
    }

    @Test func `a result that is kept is a complete task, before the answer`() async throws {
        let result = GenerationResult(
            assets: [MediaAsset(content: .base64(Picture.base64), revisedPrompt: "a better cat")], cost: 0.04, details: ["quality": "low"])
        let services = services([RecordingProvider("a", result), RecordingProvider("b")])
        let answer = await services.post("/v1/images/generations", Self.order("url", ["n": 2]))
        #expect(answer.status == 200)
        let row = try #require(store.rows.first)
        #expect(store.rows.count == 1)
        #expect(answer.fields[.zoetropeTask] == row.id)
        #expect(row.id.hasPrefix("image_") && row.owner == "alice" && row.kind == .image && row.phase == .completed)
        #expect(row.order.request.prompt == "a cat" && row.order.request.model == "cat-1")
        #expect(row.attempts.map(\.candidate.provider) == ["a"])
        #expect(row.cost == 0.04 && row.details["quality"] == "low")
        #expect(row.createdAt == 1_000_000 && row.completedAt == 1_000_000 && row.expiresAt == 1_000_100)
        let names = row.outputs.compactMap { output in if case .stored(let name) = output.content { name } else { nil } }
        #expect(names == media.items.map(\.name))
        #expect(row.outputs.map(\.revisedPrompt) == ["a better cat", "a better cat"])
        #expect(row.outputs.allSatisfy { $0.type == .png && $0.role == .result })
    }

    @Test func `it is told, listed and gone with its time like any other`() async throws {
        let services = services()
        let id = try #require(await services.post("/v1/images/generations", Self.order("url")).fields[.zoetropeTask])
        let told = await services.send(.get, "/v1/tasks/\(id)")
        #expect(told.json["status"] == "completed" && told.json["progress"] == 100 && told.json["kind"] == "image")
        #expect(told.json["provider"] == "a")
        #expect(told.json["outputs"]?.array?.first?["url"] == "http://gateway.test:8080/files/0.png")
        #expect(await services.send(.get, "/v1/tasks").json["data"]?.array?.count == 1)
        #expect(await services.send(.get, "/v1/tasks/\(id)", key: "key-of-bob").status == 404)
        try await services.tasks.sweep(at: 1_000_102)
        #expect(await services.send(.get, "/v1/tasks/\(id)").status == 404)
        #expect(media.items.isEmpty)
    }

    @Test(arguments: ["b64_json", "b64_ephemeral"])
    func `what the answer itself brings makes no task`(format: String) async {
        let answer = await services().post("/v1/images/generations", Self.order(format))
        #expect(answer.status == 200)
        #expect(answer.fields[.zoetropeTask] == nil)
        #expect(store.history.isEmpty)
    }

    @Test func `neither do raw bytes, a failure, or an address that nobody could fetch`() async {
        let failing = services(transport: ScriptedTransport(otherwise: .answer(500)))
        #expect(await failing.post("/v1/images/generations", Self.order("url")).status >= 500)
        let raw = await services().post("/v1/images/generations", ["model": "cat-1", "prompt": "a cat"], [.accept: "image/*"])
        #expect(raw.bytes == Picture.png)
        let remote = GenerationResult(assets: [MediaAsset(content: .url("https://cdn.example/a.png"))])
        let passed = await services([RecordingProvider("a", remote), RecordingProvider("b")])
            .post("/v1/images/generations", Self.order("url"))
        #expect(passed.status == 200)
        #expect(passed.fields[.zoetropeTask] == nil)
        #expect(store.history.isEmpty)
    }

    @Test(arguments: [TaskStoreError.Kind.full, .busy, .unavailable])
    func `a row that cannot be written loses no result`(kind: TaskStoreError.Kind) async {
        let log = LogPipe()
        let services = services(log: log)
        store.failWrites(1, with: TaskStoreError(kind, "as the test wants it"))
        let answer = await services.post("/v1/images/generations", Self.order("url"))
        #expect(answer.status == 200)
        #expect(answer.json["data"]?.array?.count == 1)
        #expect(answer.fields[.zoetropeTask] == nil)
        #expect(media.items.count == 1)
        let line = log.line()
        #expect(line.contains("task_not_saved") && !line.contains("a cat"))
    }

    @Test func `inputs and what is too large for a row are left out of it`() async throws {
        let input: JSONValue = ["image_url": .string("data:image/png;base64," + Picture.base64)]
        let order = Self.order("url", ["images": [input], "notes": .string(String(repeating: "x", count: 100_000))])
        let answer = await services().post("/v1/images/edits", order)
        #expect(answer.status == 200)
        let row = try #require(store.rows.first)
        #expect(row.order.request.operation == .edit)
        #expect(row.order.request.inputs.isEmpty && row.order.inputs.isEmpty && row.order.request.extras.isEmpty)
    }

    @Test func `a provider with jobs that answers at once makes one task, too`() async throws {
        var capabilities = RecordingProvider.able
        capabilities.submitsJobs = true
        let provider = RecordingProvider("a", capabilities: capabilities)
        let services = services([provider, RecordingProvider("b")])
        let answer = await services.post("/v1/images/generations", Self.order("url"))
        #expect(answer.status == 200)
        #expect(store.rows.map(\.id) == [answer.fields[.zoetropeTask]])
        #expect(store.rows.first?.phase == .completed)
        let ephemeral = await services.post("/v1/images/generations", Self.order("b64_json"))
        #expect(ephemeral.fields[.zoetropeTask] == nil)
        #expect(store.rows.count == 1)
    }

    @Test func `a call that is deleted before its answer leaves neither row nor files`() async throws {
        var capabilities = RecordingProvider.able
        capabilities.submitsJobs = true
        let transport = ScriptedTransport(["a": [.hold]])
        let services = services([RecordingProvider("a", capabilities: capabilities), RecordingProvider("b")], transport: transport)
        async let answer = services.post("/v1/images/generations", Self.order("url"))
        while transport.held == 0 { await Task.yield() }
        let live = try #require(services.tasks.state.withLock { $0.live.values.first })
        live.forget()
        transport.answer("a")
        _ = await answer
        #expect(store.rows.isEmpty && media.items.isEmpty)
    }
}
