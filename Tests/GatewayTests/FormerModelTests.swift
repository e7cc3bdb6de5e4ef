import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

/// Who asks for a model by a former name is told, whatever the answer looks like.
@Suite(.timeLimit(.minutes(1))) struct FormerModelTests {
    static let notice = "model: old-cat is now cat-1"

    private static var settings: GatewaySettings {
        var settings = GatewaySettings.make()
        settings.models = ModelCatalogue(
            entries: settings.models.entries, aliases: ["cat": "cat-1", "old-cat": "cat-1"], notices: ["old-cat": "old-cat is now cat-1"])
        return settings
    }

    private func request(_ more: JSONObject = [:]) -> JSONValue {
        var json: JSONObject = ["model": "old-cat", "prompt": "a cat"]
        for key in more.keys { json[key] = more[key] }
        return .object(json)
    }

    private func services(_ transport: ScriptedTransport = ScriptedTransport()) -> GatewayServices {
        let media = MemoryMediaStore()
        let runner = TaskRunner(store: MemoryTaskStore(), media: media, settings: TaskSettings(), now: { 1_000_000 }, report: { _ in })
        let services = GatewayServices.make(Self.settings, store: media, transport: transport, tasks: runner)
        runner.attach(services)
        return services
    }

    @Test func `an image's answer tells it in head and body, and names the model as it is asked of providers`() async {
        let transport = ScriptedTransport()
        let answer = await services(transport).post("/v1/images/generations", request())
        #expect(answer.status == 200)
        #expect(answer.fields["x-zoetrope-warnings"] == Self.notice)
        #expect(answer.json["warnings"] == [["field": "model", "message": "old-cat is now cat-1"]])
        #expect(transport.sent.first?.body["model"] == "cat-1")
    }

    @Test(arguments: ["cat", "cat-1"])
    func `a good name is no warning`(name: String) async {
        let answer = await services().post("/v1/images/generations", request(["model": .string(name)]))
        #expect(answer.status == 200)
        #expect(answer.fields["x-zoetrope-warnings"] == nil)
    }

    @Test(arguments: [true, false])
    func `a stream tells it in its head, also where the provider does not stream`(streams: Bool) async {
        let partial = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "partial", data: "AAAA"))
        let completed = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "completed", data: ""))
        let transport = ScriptedTransport(streams ? ["a": [.events([partial, completed])]] : [:])
        let answer = await services(transport).post("/v1/images/generations", request(["stream": true, "partial_images": 1]))
        #expect(answer.fields["x-zoetrope-warnings"] == Self.notice)
        let last = answer.events.last.flatMap { try? JSONValue(parsing: $0.data) }
        #expect(last?["type"] == "image_generation.completed")
        #expect(last?["warnings"]?[0]?["field"] == "model")
    }

    @Test func `a task tells it when it is asked for, and when it has been waited for`() async throws {
        let services = services()
        let waited = await services.post("/v1/images/generations", request(), ["idempotency-key": "k"])
        #expect(waited.status == 200)
        #expect(waited.fields["x-zoetrope-warnings"] == Self.notice)
        let id = try #require(waited.fields["x-zoetrope-task"])
        let task = await services.send(.get, "/v1/tasks/\(id)").json
        #expect(task["warnings"]?[0]?["message"] == "old-cat is now cat-1")
        #expect(task["model"] == "cat-1")
    }

    @Test func `a dry run tells it, too`() async {
        let answer = await services().post("/v1/explain", request())
        #expect(answer.json["warnings"] == [["field": "model", "message": "old-cat is now cat-1"]])
        #expect(answer.json["model"] == "cat-1")
        #expect(answer.json["candidates"]?[0]?["warnings"] == [])
    }
}
