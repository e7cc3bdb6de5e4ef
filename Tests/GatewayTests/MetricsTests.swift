import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    private static let cat: JSONValue = ["model": "cat-1", "prompt": "a secret cat"]

    /// The lines of a scrape that are values.
    private func scrape(_ services: GatewayServices) async -> [String] {
        await services.send(.get, "/metrics", key: "key-of-ops").text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test func `a scrape is text with a version`() async {
        let answer = await GatewayServices.make().send(.get, "/metrics", key: "key-of-ops")
        #expect(answer.status == 200)
        #expect(answer.fields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.contains("# TYPE zoetrope_build_info gauge\nzoetrope_build_info{version=\"unknown\"} 1\n"))
        #expect(answer.text.hasSuffix("\n"))
    }

    @Test func `a scrape needs an operator's key where keys are needed`() async {
        let services = GatewayServices.make()
        let refused = await services.send(.get, "/metrics", key: "key-of-alice")
        #expect(refused.status == 403 && refused.error["code"] == "operator_only")
        #expect(await services.send(.get, "/metrics", key: nil).status == 401)
        #expect(await services.send(.get, "/metrics", key: "wrong").status == 401)
        #expect(await services.send(.post, "/metrics").status == 405)
    }

    @Test func `a scrape needs no key where none is needed`() async {
        let services = GatewayServices.make(keys: .make(isOpen: true))
        #expect(await services.send(.get, "/metrics", key: nil).status == 200)
    }

    @Test func `requests are counted by route, dialect and status when they are over`() async {
        let services = GatewayServices.make()
        _ = await services.post("/v1/images/generations", Self.cat)
        _ = await services.post("/v1/images/generations", Self.cat)
        _ = await services.post("/v1/openai/images/generations", ["model": "nothing"])
        _ = await services.send(.get, "/made/up")
        let lines = await scrape(services)
        #expect(lines.contains("zoetrope_requests_total{route=\"image_generation\",dialect=\"openai\",status=\"200\"} 2"))
        #expect(lines.contains("zoetrope_requests_total{route=\"image_generation\",dialect=\"imagerouter\",status=\"404\"} 1"))
        #expect(lines.contains("zoetrope_requests_total{route=\"none\",dialect=\"openai\",status=\"404\"} 1"))
        #expect(lines.contains("zoetrope_request_duration_seconds_count{route=\"image_generation\"} 3"))
        #expect(!lines.contains { $0.contains("secret") || $0.contains("made") || $0.contains("nothing") })
    }

    @Test func `attempts, results and their cost are counted`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(["a": [.answer(429)]]))
        _ = await services.post("/v1/images/generations", ["model": "gpt-image-9", "prompt": "a", "n": 3])
        let lines = await scrape(services)
        #expect(lines.contains("zoetrope_attempts_total{provider=\"a\",model=\"gpt-image-9\",outcome=\"rate_limited\"} 1"))
        #expect(lines.contains("zoetrope_attempts_total{provider=\"b\",model=\"gpt-image-9\",outcome=\"succeeded\"} 1"))
        #expect(lines.contains("zoetrope_attempt_duration_seconds_count{provider=\"b\"} 1"))
        #expect(lines.contains("zoetrope_results_total{kind=\"image\"} 3"))
        #expect(lines.contains { $0.hasPrefix("zoetrope_spend_usd_total{provider=\"b\",key=\"alice\"} 0.3") })
        #expect(!lines.contains { $0.hasPrefix("zoetrope_spend_unknown_total") })
        #expect(lines.contains("zoetrope_provider_cooling{provider=\"a\"} 1"))
        #expect(lines.contains("zoetrope_provider_cooling{provider=\"b\"} 0"))
    }

    @Test func `a cost that nobody knows is counted apart`() async {
        let services = GatewayServices.make()
        _ = await services.post("/v1/images/generations", Self.cat)
        let lines = await scrape(services)
        #expect(lines.contains("zoetrope_spend_unknown_total{provider=\"a\",key=\"alice\"} 1"))
        #expect(!lines.contains { $0.hasPrefix("zoetrope_spend_usd_total") })
    }

    @Test func `a task's attempts are counted once`() async {
        let services = GatewayServices.make()
        let answer = await services.post("/v1/images/generations", Self.cat, ["idempotency-key": "order-1"])
        #expect(answer.status == 200)
        let lines = await scrape(services)
        #expect(lines.contains("zoetrope_attempts_total{provider=\"a\",model=\"cat-1\",outcome=\"succeeded\"} 1"))
        #expect(lines.contains("zoetrope_spend_unknown_total{provider=\"a\",key=\"alice\"} 1"))
        #expect(lines.contains("zoetrope_results_total{kind=\"image\"} 1"))
    }

    @Test func `models that callers make up are one`() async {
        let services = GatewayServices.make()
        for name in ["wild/one", "wild/two"] { _ = await services.post("/v1/images/generations", ["model": .string(name), "prompt": "a"]) }
        let attempts = await scrape(services).filter { $0.hasPrefix("zoetrope_attempts_total") }
        #expect(attempts == ["zoetrope_attempts_total{provider=\"a\",model=\"other\",outcome=\"succeeded\"} 2"])
    }

    @Test func `a refused key opens the circuit in the metrics, too`() async {
        let services = GatewayServices.make(transport: ScriptedTransport(["a": [.answer(401)]]))
        _ = await services.post("/v1/images/generations", Self.cat)
        let lines = await scrape(services)
        #expect(lines.contains("zoetrope_provider_circuit_open{provider=\"a\"} 1"))
        #expect(lines.contains("zoetrope_provider_circuit_open{provider=\"b\"} 0"))
        #expect(lines.contains("zoetrope_provider_in_flight{provider=\"a\"} 0"))
    }

    @Test func `all loops are added up`() async throws {
        let (metrics, names) = (Metrics(), MetricNames(models: ModelCatalogue(), providers: ["a"]))
        let match = Route.match(.get, path: "/healthz")
        for _ in 0..<3 {
            let counters = metrics.attach(GatewayServices.testLoop, names)
            var record = AccessRecord(requestID: "req_1", method: .get, path: "/healthz", started: .now)
            record.status = 200
            await counters.loop.spawn { [record] in
                counters.count(record, match, HTTPDelivery(bodyBytes: 10, isComplete: true), now: .now)
                counters.count(record, match, HTTPDelivery(bodyBytes: 1, isComplete: false), now: .now)
            }.value
        }
        let counts = await metrics.counts()
        let health = try #require(counts.routes.first { $0.route == "health" })
        #expect(health.answers.map(\.request.status) == [200, 499] && health.answers.map(\.count) == [3, 3])
        #expect(counts.sentBytes == 33)
        #expect(health.durations.count == 6)
    }
}
