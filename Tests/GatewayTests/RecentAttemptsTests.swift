import Media
import Testing

@testable import Gateway

@Suite struct RecentAttemptsTests {
    private static let names = MetricNames(models: ModelCatalogue(), providers: ["a", "b"])

    private static func attempt(
        _ outcome: Attempt.Outcome = .succeeded(status: 200), at provider: String = "a", _ duration: Duration = .seconds(1)
    ) -> Attempt {
        Attempt(candidate: Candidate(provider: provider, upstreamModel: "m"), outcome: outcome, duration: duration, billed: .no)
    }

    private static func failure(_ kind: UpstreamError.Kind) -> Attempt {
        attempt(.failed(UpstreamError(kind, .answered, message: "no")))
    }

    @Test func `an hour is sixty minutes, the present one among them`() {
        var recent = RecentAttempts()
        for minute in 0..<100 { recent.count(Self.attempt(), minute: minute) }
        #expect(recent.total(minute: 99).attempts == 60)
        #expect(recent.total(minute: 100).attempts == 59)
        #expect(recent.total(minute: 158).attempts == 1)
        #expect(recent.total(minute: 159).attempts == 0)
    }

    @Test func `a minute of an hour ago gives way to the present one`() {
        var recent = RecentAttempts()
        recent.count(Self.attempt(), minute: 5)
        recent.count(Self.failure(.overloaded), minute: 65)
        let total = recent.total(minute: 65)
        #expect(total.attempts == 1 && total.succeeded == 0 && total.failed == 1)
    }

    @Test func `what was wrong with the request is no failure of the provider`() {
        var recent = RecentAttempts()
        #expect(recent.total(minute: 0).successRate == nil)
        for kind in [UpstreamError.Kind.invalidRequest, .moderated, .cancelled] { recent.count(Self.failure(kind), minute: 0) }
        #expect(recent.total(minute: 0).attempts == 3 && recent.total(minute: 0).successRate == nil)
        for kind in [UpstreamError.Kind.unreachable, .serverFault, .keyRefused] { recent.count(Self.failure(kind), minute: 0) }
        recent.count(Self.attempt(), minute: 0)
        #expect(recent.total(minute: 0).successRate == 0.25)
    }

    @Test func `loops are added up minute by minute`() {
        var (first, second) = (RecentAttempts(), RecentAttempts())
        first.count(Self.attempt(), minute: 1)
        first.count(Self.attempt(), minute: 2)
        second.count(Self.attempt(), minute: 2)
        second.count(Self.attempt(), minute: 61)
        let orders = [(first, second), (second, first)].map { pair in
            var sum = pair.0
            sum.merge(pair.1)
            return sum
        }
        #expect(orders.map { $0.total(minute: 60).attempts } == [3, 3])
        #expect(orders.map { $0.total(minute: 61).attempts } == [3, 3])
    }

    @Test(arguments: [(0.5, 50.0), (0.95, 95), (1, 100), (0, 1)])
    func `percentiles are right to a tenth`(share: Double, expected: Double) throws {
        var tally = DurationTally()
        for tenth in 1...100 { tally.count(.milliseconds(tenth * 100)) }
        let found = try #require(tally.percentile(share)) / .milliseconds(100)
        #expect(abs(found / expected - 1) <= 0.1)
    }

    @Test func `durations beyond the buckets are in the first and the last`() throws {
        var tally = DurationTally()
        #expect(tally.percentile(0.5) == nil)
        tally.count(.seconds(-1))
        #expect(try #require(tally.percentile(1)) < .milliseconds(2))
        tally.count(.seconds(1_000_000))
        #expect(try #require(tally.percentile(1)) > .seconds(3_600))
    }

    @Test func `only attempts that were made count, by the names of the configuration`() {
        var history = AttemptHistory()
        history.count(Self.attempt(.skipped(reason: "cooling down")), Self.names, minute: 0)
        history.count(Self.attempt(), Self.names, minute: 0)
        history.count(Self.attempt(at: "b"), Self.names, minute: 0)
        history.count(Self.attempt(at: "invented"), Self.names, minute: 0)
        #expect(history.total(of: "a", minute: 0).attempts == 1 && history.total(of: "invented", minute: 0).attempts == 0)
        var sum = history
        sum.merge(history)
        sum.keep(only: MetricNames(models: ModelCatalogue(), providers: ["a"]))
        #expect(sum.total(of: "a", minute: 0).attempts == 2 && sum.total(of: "b", minute: 0).attempts == 0)
    }
}
