import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

/// A collector that answers as a script says, then with 200.
private final class Collector: TraceTransport {
    private let script: Mutex<[Result<TraceAnswer, HTTPClientError>]>
    let posts = Mutex<[(body: JSONValue, fields: HTTPFields, url: String)]>([])

    init(_ script: [Result<TraceAnswer, HTTPClientError>] = []) {
        self.script = Mutex(script)
    }

    func post(
        _ body: [UInt8], _ fields: HTTPFields, to url: HTTPURL, deadline: Instant
    ) async -> Result<TraceAnswer, HTTPClientError> {
        posts.withLock { $0.append(((try? JSONValue(parsing: body)) ?? .null, fields, url.description)) }
        return script.withLock { $0.isEmpty ? .success(TraceAnswer(status: 200)) : $0.removeFirst() }
    }

    var count: Int { posts.withLock(\.count) }
}

@Suite(.timeLimit(.minutes(1))) struct `Exporting spans` {
    private let queue = SpanQueue()

    private func span(_ name: String = "attempt a") throws -> Span {
        let trace = try #require(TraceContext.of(HTTPFields(), queue))
        return Span(trace, id: trace.span, parent: nil, name: name, kind: .client, begun: 1, ended: 2)
    }

    private func exporter(_ collector: Collector, _ clock: ManualClock? = ManualClock(sleepingAdvances: true)) throws -> TraceExporter {
        let settings = TraceSettings(
            endpoint: try HTTPURL(parsing: "http://collector.test:4318/v1/traces"),
            headers: [TraceSettings.Header(name: "X-Key", value: Secret("secret"))])
        return TraceExporter(
            settings, of: queue, version: "1.2.3", transport: collector,
            environment: TraceExporter.Environment(
                now: { clock?.now ?? .now },
                sleep: { until in
                    guard let clock else { return try await Task.sleep(for: until - .now) }
                    try await clock.sleep(until: until)
                }, jitter: { 0 }, report: { _ in }))
    }

    private func answers(_ statuses: Int...) -> Collector {
        Collector(statuses.map { .success(TraceAnswer(status: HTTPStatus($0))) })
    }

    @Test func `what is over is added to a queue that has an end`() throws {
        for _ in 0..<SpanQueue.capacity + 3 { queue.add(try span()) }
        #expect(queue.dropped == 3)
        #expect(queue.take().count == SpanQueue.batchSize)
        queue.add(try span())
        #expect(queue.dropped == 3)
    }

    @Test(arguments: [429, 502, 503, 504])
    func `a collector without room is asked again`(status: Int) async throws {
        let (collector, clock) = (answers(status, status), ManualClock(sleepingAdvances: true))
        let start = clock.now
        #expect(try await exporter(collector, clock).send([], count: 1) == nil)
        #expect(collector.count == 3)
        #expect(clock.now - start == .seconds(3))
    }

    @Test func `it says itself when that is, within bounds`() async throws {
        let wishes: [Duration] = [.seconds(7), .seconds(3_600)]
        let collector = Collector(wishes.map { .success(TraceAnswer(status: 503, retryAfter: $0)) })
        let clock = ManualClock(sleepingAdvances: true)
        let start = clock.now
        #expect(try await exporter(collector, clock).send([], count: 1) == nil)
        #expect(clock.now - start == .seconds(37))
    }

    @Test func `after four times a batch is given up`() async throws {
        let collector = Collector(Array(repeating: .failure(HTTPClientError(.unreachable, "refused")), count: 9))
        #expect(try await exporter(collector).send([], count: 5) == TraceLoss(count: 5, reason: "refused"))
        #expect(collector.count == 4)
    }

    @Test(arguments: [301, 400, 401, 404, 500])
    func `a refusal is final`(status: Int) async throws {
        let collector = answers(status)
        #expect(try await exporter(collector).send([], count: 5) == TraceLoss(count: 5, reason: "the collector answered \(status)"))
        #expect(collector.count == 1)
    }

    @Test func `a part that is refused is lost`() async throws {
        let collector = Collector([.success(TraceAnswer(status: 200, rejected: 2))])
        #expect(try await exporter(collector).send([], count: 5)?.count == 2)
    }

    @Test func `losses are told once a minute, with all that came together`() {
        var report = TraceLossReport()
        let (start, loss) = (Instant.now, TraceLoss(count: 2, reason: "refused"))
        let first = report.line(loss, dropped: 2, at: start)
        #expect(first == #"{"event":"traces_lost","level":"error","spans":2,"message":"refused"}"#)
        #expect(report.line(loss, dropped: 4, at: start + .seconds(59)) == nil)
        #expect(report.line(loss, dropped: 9, at: start + .seconds(60))?.contains(#""spans":7"#) == true)
    }

    @Test func `what waits at the end goes out at once, in batches`() async throws {
        let collector = Collector()
        let exporter = try exporter(collector, nil)
        for _ in 0..<SpanQueue.batchSize + 1 { queue.add(try span()) }
        async let run: Void = exporter.run()
        async let flush: Void = exporter.flush(until: .now + .seconds(60))
        await run
        #expect(
            collector.posts.withLock { $0.map { $0.body["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"] }.map(\.elementCount) } == [
                512, 1,
            ])
        #expect(collector.posts.withLock { $0.allSatisfy { $0.fields["x-key"] == "secret" && $0.url.hasSuffix("4318/v1/traces") } })
        await flush
    }
}

extension JSONValue? {
    fileprivate var elementCount: Int {
        if case .array(let elements)? = self { return elements.count }
        return 0
    }
}

@Suite struct `Spans as JSON` {
    private static let caller: HTTPFields = [
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=1",
    ]

    private func json(_ span: Span, _ resource: [TraceSettings.Attribute] = []) throws -> JSONValue {
        try JSONValue(parsing: OTLPDocument(resource: resource, version: "1.2.3").bytes(of: [span]))
    }

    @Test func `have ids in hexadecimal, long numbers as texts, and short ones as numbers`() throws {
        let queue = SpanQueue(wall: { _ in 1_700_000_000_123_456_789 })
        let trace = try #require(TraceContext.of(Self.caller, queue))
        var span = Span(
            trace, id: [0, 1, 2, 3, 4, 5, 6, 255], parent: trace.parent, name: "POST /v1/videos", kind: .server, begun: queue.time(.now),
            ended: 1)
        span.isError = true
        span.add("a", .integer(503))
        span.add("b", .number(0.25))
        span.add("c", String(repeating: "x", count: 300))
        span.add("d", nil as String?)
        let made = try json(span)["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?[0]
        let expected: JSONValue = [
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "00010203040506ff", "traceState": "a=1",
            "parentSpanId": "b7ad6b7169203331", "name": "POST /v1/videos", "kind": 2, "startTimeUnixNano": "1700000000123456789",
            "endTimeUnixNano": "1700000000123456789",
            "attributes": [
                ["key": "a", "value": ["intValue": "503"]], ["key": "b", "value": ["doubleValue": 0.25]],
                ["key": "c", "value": ["stringValue": .string(String(repeating: "x", count: 256))]],
            ], "status": ["code": 2],
        ]
        #expect(made == expected)
    }

    @Test func `name the service, which the operator may name otherwise`() throws {
        let trace = try #require(TraceContext.of(HTTPFields(), SpanQueue()))
        let span = Span(trace, id: trace.span, parent: nil, name: "GET", kind: .server, begun: 0, ended: 1)
        let own = TraceSettings.Attribute(name: "service.name", value: "pictures")
        for (resource, name) in [([], "zoetrope"), ([own], "pictures")] {
            let attributes = try json(span, resource)["resourceSpans"]?[0]?["resource"]?["attributes"]
            #expect(attributes.elementCount == 2)
            let both: [JSONValue] = [attributes?[0] ?? .null, attributes?[1] ?? .null]
            let service: JSONValue = ["key": "service.name", "value": ["stringValue": .string(name)]]
            let version: JSONValue = ["key": "service.version", "value": ["stringValue": "1.2.3"]]
            #expect(Set(both) == [service, version])
        }
    }

    @Test(arguments: [
        ("/v1/images/generations", "/v1/images/generations"), ("/v1/videos/video_1/content", "/v1/videos/{id}/content"),
        ("//tasks/x/", "/tasks/{id}"), ("/v1/models/org/dog", "/v1/models/{model}"), ("/v1/models", "/v1/models"),
        ("/files/secret.png", "/files/{id}"), ("/", "/"),
    ])
    func `have routes of which there are few`(path: String, template: String) {
        #expect(RouteTemplate.text(of: path, Route.match(.get, path: path)) == template)
        #expect(RouteTemplate.text(of: "/made/up", Route.match(.get, path: "/made/up")) == nil)
    }
}
