import Media
import Testing
import Transport

@testable import Gateway

@Suite struct ProviderJSONTests {
    private static let now = Instant.now

    private static func report(_ change: (inout HealthBoard.Standing) -> Void) -> JSONObject {
        var standing = HealthBoard.Standing(
            health: ProviderHealth.Standing(), room: .free, running: 0, waiting: 0,
            limit: HealthBoard.Limit(maximumConcurrent: 2, maximumQueue: 3), lastFailure: nil)
        change(&standing)
        return ProviderJSON(name: "a", type: "openai", standing: standing, now: now, wallClock: 1_000).details(
            RecentAttempts.Tally(), (day: 0.5, month: 12))
    }

    @Test func `what is in the way is told with its end`() {
        let refused = Self.report {
            $0.health.refusedUntil = Self.now + .milliseconds(1_500)
            $0.health.resting = ["m"]
            $0.lastFailure = .quotaExhausted
        }
        #expect(refused["status"] == "refused" && refused["available_at"] == 1_002 && refused["reason"] == "the account there is empty")
        let cooling = Self.report {
            $0.health.resting = ["m4", "m2", "m3", "m1"]
            $0.health.restsUntil = Self.now + .seconds(5)
            $0.lastFailure = .rateLimited
        }
        #expect(cooling["status"] == "cooling" && cooling["available_at"] == 1_005)
        #expect(cooling["reason"] == "resting after rate_limited: m1, m2, m3 and 1 more")
    }

    @Test func `an end that is over, or that nobody knows, is not told`() {
        let probed = Self.report {
            $0.health.resting = ["m"]
            $0.health.restsUntil = Self.now - .seconds(1)
        }
        #expect(probed["status"] == "cooling" && probed["available_at"] == .null && probed["reason"] == "resting: m")
        let full = Self.report {
            $0.room = .queue
            ($0.running, $0.waiting) = (2, 1)
        }
        #expect(full["status"] == "full" && full["available_at"] == .null && full["reason"] == "every place is taken")
        #expect(full["in_flight"] == 2 && full["queued"] == 1 && full["max_concurrent"] == 2 && full["max_queue"] == 3)
        #expect(Self.report { $0.room = .none }["reason"] == "every place is taken, and the queue is full")
    }

    @Test func `a model that is gone does not make the provider unavailable`() {
        let report = Self.report { $0.health.gone = ["m"] }
        #expect(report["status"] == "available" && report["reason"] == "gone there: m")
        #expect(Self.report { _ in }["reason"] == .null)
    }
}
