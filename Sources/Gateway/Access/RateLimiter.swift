import HTTP
package import Media
import Synchronization

/// What each key may use up: requests per minute, and tasks at the same time. One for the process.
package final class RateLimiter: Sendable {
    fileprivate struct State: Sendable {
        var tiers: [String: TierSettings]
        var buckets: [String: TokenBucket] = [:]
        var nextSweep: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let tasks = TaskCount()

    /// How often buckets that are full again are dropped.
    private static let sweepInterval = Duration.seconds(60)

    package init(tiers: [String: TierSettings]) {
        state = Mutex(State(tiers: tiers))
    }

    /// Takes new limits; what is counted stays counted.
    package func reload(tiers: [String: TierSettings]) {
        state.withLock { $0.tiers = tiers }
    }

    /// Counts a request that generates.
    /// - Parameter now: monotonic.
    package func admit(_ caller: Caller, at now: ContinuousClock.Instant) -> Admission {
        state.withLock { state in
            state.sweep(at: now, every: RateLimiter.sweepInterval)
            guard let limit = state.tier(caller.tier).requestsPerMinute else {
                state.buckets[caller.name] = nil
                return .unlimited
            }
            var bucket = state.buckets[caller.name] ?? TokenBucket(perMinute: limit)
            if bucket.capacity != limit { bucket.capacity = limit }
            defer { state.buckets[caller.name] = bucket }
            return Admission(limit: limit, bucket.take(at: now))
        }
    }

    /// Takes a place among the caller's concurrent tasks; nil: there is none left.
    package func begin(_ caller: Caller) -> TaskPlace? {
        tasks.take(caller.name, limit: taskLimit(of: caller.tier))
    }

    /// A place for a task that an earlier process took on: counted, never refused.
    package func adopt(owner: String, tier: String) -> TaskPlace {
        tasks.take(owner, reporting: taskLimit(of: tier))
    }

    /// What a caller is told who got no place.
    package func tooManyTasks(_ caller: Caller) -> APIError {
        let limit = taskLimit(of: caller.tier) ?? 0
        return APIError(
            429, type: "tasks", code: "concurrent_tasks_exceeded",
            "This key may have \(limit) generations at a time, and has them. Try again when one has ended.", retryAfter: .seconds(1))
    }

    /// `x-ratelimit-limit-tasks` and `x-ratelimit-remaining-tasks` as they are now; empty where there is no limit.
    package func taskFields(_ caller: Caller) -> RateLimitFields {
        guard let limit = taskLimit(of: caller.tier) else { return [] }
        return TaskPlace.fields(limit: limit, running: runningTasks(of: caller.name))
    }

    /// Places that are taken.
    package func runningTasks(of owner: String) -> Int { tasks.count(of: owner) }

    /// Buckets in memory, for tests and metrics.
    var bucketCount: Int { state.withLock { $0.buckets.count } }

    private func taskLimit(of tier: String) -> Int? {
        state.withLock { $0.tier(tier).concurrentTasks }
    }
}

extension RateLimiter.State {
    /// A tier that a reload has taken away is the default one.
    func tier(_ name: String) -> TierSettings {
        tiers[name] ?? tiers["default"] ?? TierSettings()
    }

    mutating func sweep(at now: ContinuousClock.Instant, every interval: Duration) {
        guard let next = nextSweep else { return nextSweep = now + interval }
        guard next <= now else { return }
        nextSweep = now + interval
        for name in Array(buckets.keys) where buckets[name]?.isFull(at: now) == true { buckets[name] = nil }
    }
}
