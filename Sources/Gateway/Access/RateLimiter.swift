package import HTTP
package import Media
import Synchronization
package import Transport

/// What each key may use up: requests per minute, and tasks at the same time. One for the process.
package final class RateLimiter: Sendable {
    fileprivate struct State: Sendable {
        /// A few: to look through them is faster than to hash a name.
        var tiers: [(name: String, settings: TierSettings)]
        var buckets = NameTable<TokenBucket>()
        var nextSweep: Instant?
    }

    private let state: Mutex<State>
    private let tasks = TaskCount()

    /// How often buckets that are full again are dropped.
    private static let sweepInterval = Duration.seconds(60)

    package init(tiers: [String: TierSettings]) {
        state = Mutex(State(tiers: tiers.map { ($0.key, $0.value) }))
    }

    /// Takes new limits; what is counted stays counted.
    package func reload(tiers: [String: TierSettings]) {
        state.withLock { $0.tiers = tiers.map { ($0.key, $0.value) } }
    }

    /// Counts a request that generates.
    /// - Parameter now: monotonic.
    package func admit(_ caller: Caller, at now: Instant) -> Admission {
        state.withLock { state in
            state.sweep(at: now, every: RateLimiter.sweepInterval)
            guard let limit = state.tier(caller.tier).requestsPerMinute else {
                state.forget(caller.name)
                return .unlimited
            }
            let place = state.buckets.place(of: caller.name, orNew: TokenBucket(perMinute: limit))
            return Admission(limit: limit, state.buckets.values[place].take(at: now, of: limit))
        }
    }

    /// Takes a place among the caller's concurrent tasks; nil: there is none left.
    package func begin(_ caller: Caller) -> TaskPlace? {
        tasks.take(caller.name, limit: taskLimit(of: caller.tier))
    }

    /// A place for a task that an earlier process took on: counted, never refused.
    package func adopt(owner: String) -> TaskPlace { tasks.take(owner) }

    /// What a caller is told who got no place.
    package func tooManyTasks(_ caller: Caller) -> APIError {
        let limit = taskLimit(of: caller.tier) ?? 0
        return APIError(
            429, type: "tasks", code: "concurrent_tasks_exceeded",
            "This key may have \(limit) generations at a time, and has them. Try again when one has ended.", retryAfter: .seconds(1))
    }

    /// Adds `x-ratelimit-limit-tasks` and `x-ratelimit-remaining-tasks` as they are now, where there is a limit.
    package func addTaskFields(of caller: Caller, to fields: inout HTTPFields) {
        guard let limit = taskLimit(of: caller.tier) else { return }
        fields.append(.rateLimitTasks, limit)
        fields.append(.rateLimitRemainingTasks, max(0, limit - runningTasks(of: caller.name)))
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
        for index in tiers.indices where tiers[index].name == name { return tiers[index].settings }
        return name == "default" ? TierSettings() : tier("default")
    }

    mutating func sweep(at now: Instant, every interval: Duration) {
        guard let next = nextSweep else { return nextSweep = now + interval }
        guard next <= now else { return }
        nextSweep = now + interval
        buckets.keep { !$1.isFull(at: now) }
    }

    /// Its tier has no limit any more.
    mutating func forget(_ name: String) {
        if buckets.place(of: name) != nil { buckets.keep { other, _ in other != name } }
    }
}
