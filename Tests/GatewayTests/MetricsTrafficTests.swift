import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct MetricsTrafficTests {
    private static let a = Candidate(provider: "a", upstreamModel: "m")
    private static let b = Candidate(provider: "b", upstreamModel: "m")

    private func outcome(
        _ attempts: [(Candidate, Duration, isSuccess: Bool)], makers: [Candidate], details: JSONObject = [:], warnings: [Warning] = []
    ) -> DispatchOutcome {
        let assets = makers.map { _ in MediaAsset(content: .base64(Picture.base64)) }
        let ledger = attempts.map { candidate, duration, isSuccess in
            let failure = UpstreamError(.serverFault, .answered, message: "")
            return Attempt(
                candidate: candidate, outcome: isSuccess ? .succeeded(status: 200) : .failed(failure), duration: duration, billed: .yes)
        }
        return DispatchOutcome(
            result: .success(GenerationResult(assets: assets, warnings: warnings, details: details)), attempts: ledger, warnings: warnings,
            winner: makers.last, makers: makers, operation: nil, upstreamRequestCount: 1)
    }

    private func counts(_ outcome: DispatchOutcome, _ request: GenerationRequest, isTimed: Bool = true) throws -> MetricCounts {
        var counts = MetricCounts()
        let made = try #require(MadeResults(outcome, for: request, isTimed: isTimed))
        var layout = counts.layout(MetricNames(models: ModelCatalogue(), providers: ["a", "b"]))
        counts.count(made, &layout)
        return counts
    }

    private func place(_ provider: String, in counts: MetricCounts) throws -> MetricCounts.PlaceCounts {
        try #require(counts.places.first { $0.place == .init(provider: provider, model: MetricNames.other) })
    }

    private func video(seconds: Int?, _ operation: GenerationRequest.Operation = .video) -> GenerationRequest {
        var request = GenerationRequest(operation: operation, model: "m")
        request.seconds = seconds
        return request
    }

    @Test func `each image has its part of the time that its maker took, failures left out`() throws {
        let outcome = outcome(
            [(Self.a, .seconds(8), true), (Self.a, .seconds(50), false), (Self.b, .seconds(3), true)], makers: [Self.a, Self.a, Self.b])
        let counts = try counts(outcome, GenerationRequest(model: "m", count: 3))
        #expect(counts.images == 3 && counts.videos == 0)
        let (a, b) = (try place("a", in: counts), try place("b", in: counts))
        #expect(a.imageTimes.count == 2 && a.imageTimes.sum == 8)
        #expect(b.imageTimes.count == 1 && b.imageTimes.sum == 3)
        #expect(a.videoTimes.count == 0 && b.videoTimes.count == 0)
    }

    private static let lengths: [(details: JSONObject, seconds: Int?, expected: Double)] = [
        (["seconds": "4"], 8, 10), (["seconds": 5], nil, 8), (["seconds": 2.5], nil, 16), ([:], 8, 5),
    ]

    @Test(arguments: lengths)
    func `a video's time is told for each of its seconds`(details: JSONObject, seconds: Int?, expected: Double) throws {
        let outcome = outcome([(Self.a, .seconds(40), true)], makers: [Self.a], details: details)
        let counts = try counts(outcome, video(seconds: seconds))
        #expect(counts.videos == 1 && counts.images == 0)
        #expect(try place("a", in: counts).videoTimes.sum == expected)
        #expect(try place("a", in: counts).imageTimes.count == 0)
    }

    @Test func `a length that nobody is sure of makes no figure`() throws {
        let plain = outcome([(Self.a, .seconds(40), true)], makers: [Self.a])
        let changed = outcome(
            [(Self.a, .seconds(40), true)], makers: [Self.a], warnings: [Warning(field: "seconds", message: "5 instead of 4")])
        for counts in [
            try counts(plain, video(seconds: nil)), try counts(plain, video(seconds: 4, .extendVideo)),
            try counts(changed, video(seconds: 4)),
        ] {
            #expect(counts.places.allSatisfy { $0.videoTimes.count == 0 })
        }
    }

    @Test func `work that another process began has no time`() throws {
        let outcome = outcome([(Self.a, .seconds(1), true)], makers: [Self.a])
        let counts = try counts(outcome, GenerationRequest(model: "m"), isTimed: false)
        #expect(counts.images == 1)
        #expect(counts.places.allSatisfy { $0.imageTimes.count == 0 })
    }

    @Test func `a loop has one tally for each provider, and they are added up`() {
        let (metrics, other) = (Metrics(), EventLoop(name: "other"))
        let tally = metrics.tally(of: "a", on: GatewayServices.testLoop)
        #expect(tally === metrics.tally(of: "a", on: GatewayServices.testLoop))
        #expect(tally !== metrics.tally(of: "a", on: other))
        #expect(tally !== metrics.tally(of: nil, on: GatewayServices.testLoop))
        #expect(Set(metrics.traffic.keys) == ["a", "other"])
    }

    @Test func `what the store tells is in the scrape`() async {
        let services = GatewayServices.make()
        services.metrics.count(.transaction(writes: 3, failed: 1, duration: .milliseconds(4)))
        services.metrics.count(.refused(7))
        services.metrics.watch(storeQueue: { 5 })
        services.metrics.watch(connections: { ServerConnections(open: 2, accepted: 9, refused: 1) })
        var text = MetricsText()
        services.metrics.writeConnections(to: &text)
        services.metrics.writeStore(to: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        for line in [
            "zoetrope_connections 2", "zoetrope_connections_accepted_total 9", "zoetrope_connections_refused_total 1",
            "zoetrope_store_commit_seconds_count 1", "zoetrope_store_commit_seconds_sum 0.004", "zoetrope_store_commit_writes_sum 3",
            "zoetrope_store_refused_total{reason=\"busy\"} 7", "zoetrope_store_refused_total{reason=\"failed\"} 1",
            "zoetrope_store_queue 5",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}
