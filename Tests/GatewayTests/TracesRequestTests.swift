import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

/// Keeps what was sent as `traceparent`.
private final class ListeningTransport: UpstreamTransport {
    private let answers = ScriptedTransport()
    let heard = Mutex<[String?]>([])

    func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        heard.withLock { $0.append(request.fields["traceparent"]) }
        return await answers.send(request, to: provider, freshConnection: freshConnection, deadline: deadline)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Spans of requests` {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let cat: JSONValue = ["model": "gpt-image-9", "prompt": "a secret cat"]
    private let queue = SpanQueue()

    private func parent(sampled: Bool = true) -> HTTPFields {
        ["traceparent": "00-\(Self.trace)-b7ad6b7169203331-\(sampled ? "01" : "00")"]
    }

    private func values(_ span: Span) -> [String: Span.Value] {
        Dictionary(uniqueKeysWithValues: span.attributes.map { ($0.name, $0.value) })
    }

    @Test func `a request and its attempts are one trace`() async throws {
        let transport = ScriptedTransport(["a": [.answer(429)]])
        let services = GatewayServices.make(transport: transport, spans: queue)
        #expect(await services.post("/v1/images/generations", Self.cat, parent()).status == 200)
        let spans = queue.take()
        #expect(spans.map(\.name) == ["attempt a", "attempt b", "POST /v1/images/generations"])
        #expect(spans.allSatisfy { $0.traceID == Self.trace && $0.begun <= $0.ended })
        let request = try #require(spans.last)
        #expect(request.parent == "b7ad6b7169203331" && request.kind == .server && !request.isError)
        #expect(spans.dropLast().allSatisfy { $0.parent == hexadecimal(request.id) && $0.kind == .client })
        let facts = values(request)
        #expect(facts["http.response.status_code"] == .integer(200) && facts["zoetrope.caller"] == .text("alice"))
        #expect(facts["zoetrope.cost"] == .number(0.1) && facts["zoetrope.model"] == .text("gpt-image-9"))
        #expect(spans[0].isError && values(spans[0])["zoetrope.outcome"] == .text("rate_limited"))
        #expect(values(spans[1])["zoetrope.outcome"] == .text("succeeded") && values(spans[1])["zoetrope.cost"] == .number(0.1))
        #expect(!String(describing: spans).contains("secret"))
        #expect(queue.dropped == 0)
    }

    @Test func `a provider is told of its attempt's span`() async throws {
        let transport = ListeningTransport()
        let services = GatewayServices.make(transport: transport, spans: queue)
        _ = await services.post("/v1/images/generations", Self.cat)
        let spans = queue.take()
        let attempt = try #require(spans.first)
        #expect(spans.last?.parent == nil && attempt.traceID != Self.trace)
        #expect(transport.heard.withLock(\.self) == ["00-\(attempt.traceID)-\(hexadecimal(attempt.id))-01"])
    }

    @Test func `each of several calls for one attempt has a span`() async throws {
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Capabilities(maximumCount: 2))])
        let trace = try #require(TraceContext.of(parent(), queue))
        let outcome = await TraceContext.$current.withValue(trace) {
            await fixture.dispatch(GenerationRequest(model: "m", count: 5))
        }
        let spans = queue.take()
        #expect(outcome.attempts.count == 3 && spans.count == 3)
        #expect(Set(spans.map(\.id)).count == 3 && spans.allSatisfy { $0.parent == hexadecimal(trace.span) })
    }

    @Test func `what its caller does not record is not exported`() async {
        let services = GatewayServices.make(spans: queue)
        _ = await services.post("/v1/images/generations", Self.cat, parent(sampled: false))
        #expect(queue.take().isEmpty)
    }

    @Test func `a task's attempts belong to the request that began it`() async throws {
        let services = GatewayServices.make(spans: queue)
        services.tasks.attach(services)
        let body: JSONValue = ["model": "cat-1", "prompt": "a cat", "async": true]
        #expect(await services.post("/v1/images/generations", body, parent()).status == 202)
        #expect(await eventually { services.tasks.liveCount == 0 })
        let spans = queue.take()
        let request = try #require(spans.first { $0.kind == .server })
        let attempt = try #require(spans.first { $0.kind == .client })
        #expect(attempt.parent == hexadecimal(request.id) && spans.count == 2)
        #expect(values(request)["zoetrope.task"] != nil)
    }

    @Test(arguments: [HTTPMethod.get, .delete, .options]) func `a stored file's name is not told`(method: HTTPMethod) async {
        let services = GatewayServices.make(spans: queue)
        _ = await services.send(method, "/files/img_hidden.png?x=hidden")
        let spans = queue.take()
        #expect(spans.map(\.name) == ["\(method.rawValue) /files/{id}"])
        #expect(!String(describing: spans).contains("hidden"))
    }

    @Test func `a text of one character without end is cut`() throws {
        let trace = try #require(TraceContext.of(HTTPFields(), queue))
        var span = Span(trace, id: trace.span, parent: nil, name: "x", kind: .client, begun: 1, ended: 2)
        span.add("zoetrope.model", "e" + String(repeating: "\u{301}", count: 100_000))
        guard case .text(let text)? = span.attributes.first?.value else { throw APIError(500, "no text") }
        #expect(text.utf8.count <= 300)
    }

    @Test func `methods and paths that are made up make no names`() async {
        let services = GatewayServices.make(spans: queue)
        _ = await services.send(HTTPMethod("MAKEUP"), "/v1/nothing")
        let spans = queue.take()
        #expect(spans.map(\.name) == ["HTTP"])
        #expect(spans.first.map(values)?["http.request.method"] == .text("_OTHER"))
    }

    @Test func `spans that were not exported are counted`() async {
        let services = GatewayServices.make(spans: queue)
        queue.drop(3)
        #expect(await services.send(.get, "/metrics", key: "key-of-ops").text.contains("\nzoetrope_trace_spans_dropped_total 3\n"))
    }
}
