import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct RateLimiterTests {
    private let start = Instant.now
    private let alice = Caller(name: "alice")

    private func fields(_ add: (inout HTTPFields) -> Void) -> [String] {
        var (fields, lines) = (HTTPFields(), [String]())
        add(&fields)
        fields.forEach { lines.append("\($0)=\($1)") }
        return lines
    }

    @Test func `ten keys at twice their rate get their rate and no more`() {
        let rates = [1, 6, 30, 50, 60, 100, 120, 300, 600, 1_000]
        let tiers = Dictionary(uniqueKeysWithValues: rates.map { ("t\($0)", TierSettings(requestsPerMinute: $0)) })
        let limiter = RateLimiter(tiers: tiers)
        for rate in rates {
            let caller = Caller(name: "k\(rate)", tier: "t\(rate)")
            let admitted = (0..<rate * 4).count { limiter.admit(caller, at: start + .seconds(30) * $0 / rate).isAdmitted }
            #expect(abs(admitted - 2 * rate) * 50 <= 2 * rate, "\(admitted) of \(2 * rate)")
        }
    }

    @Test func `an answer says how much is left`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(requestsPerMinute: 2)])
        let first = limiter.admit(alice, at: start)
        #expect(first.isAdmitted)
        #expect(
            fields(first.add) == [
                "x-ratelimit-limit-requests=2", "x-ratelimit-remaining-requests=1", "x-ratelimit-reset-requests=1m0s",
            ])
        #expect(limiter.admit(alice, at: start + .seconds(10)).isAdmitted)
        let refused = limiter.admit(alice, at: start + .seconds(20))
        #expect(!refused.isAdmitted)
        #expect(
            fields(refused.add) == [
                "x-ratelimit-limit-requests=2", "x-ratelimit-remaining-requests=0", "x-ratelimit-reset-requests=50s",
            ])
        #expect(refused.error.status == 429)
        #expect(refused.error.type == "requests" && refused.error.code == "rate_limit_exceeded")
        #expect(refused.error.retryAfter == .seconds(40))
        #expect(refused.error.message == "This key may make 2 requests per minute. Try again in 40s.")
        #expect(refused.error.response(in: .openAI).fields[.retryAfter] == "40")
    }

    @Test func `keys are counted apart, and without a limit not at all`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(requestsPerMinute: 1), "free": TierSettings()])
        #expect(limiter.admit(alice, at: start).isAdmitted)
        #expect(limiter.admit(Caller(name: "bob"), at: start).isAdmitted)
        #expect(!limiter.admit(alice, at: start).isAdmitted)
        for _ in 0..<1000 { #expect(limiter.admit(Caller(name: "carol", tier: "free"), at: start).isAdmitted) }
        #expect(fields(limiter.admit(Caller(name: "carol", tier: "free"), at: start).add).isEmpty)
        #expect(limiter.bucketCount == 2)
    }

    @Test func `buckets that are full again are dropped`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(requestsPerMinute: 5)])
        for index in 0..<1000 { _ = limiter.admit(Caller(name: "k\(index)"), at: start) }
        #expect(limiter.bucketCount == 1000)
        _ = limiter.admit(alice, at: start + .seconds(61))
        #expect(limiter.bucketCount == 1)
    }

    @Test func `a reload keeps what is counted`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(requestsPerMinute: 3, concurrentTasks: 2)])
        for _ in 0..<3 { _ = limiter.admit(alice, at: start) }
        let places = [limiter.begin(alice), limiter.begin(alice)]
        limiter.reload(tiers: ["default": TierSettings(requestsPerMinute: 4, concurrentTasks: 3)])
        #expect(limiter.admit(alice, at: start).isAdmitted)
        #expect(!limiter.admit(alice, at: start).isAdmitted)
        let third = limiter.begin(alice)
        #expect(third != nil && limiter.begin(alice) == nil)
        limiter.reload(tiers: ["default": TierSettings()])
        #expect(limiter.admit(alice, at: start).isAdmitted && limiter.begin(alice) != nil)
        withExtendedLifetime((places, third)) {}
        #expect(limiter.admit(Caller(name: "x", tier: "gone"), at: start).isAdmitted)
    }

    @Test func `a place is given back once, by hand or by being forgotten`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(concurrentTasks: 2)])
        var first = limiter.begin(alice)
        let second = limiter.begin(alice)
        #expect(limiter.begin(alice) == nil && limiter.runningTasks(of: "alice") == 2)
        #expect(fields { limiter.addTaskFields(of: alice, to: &$0) } == ["x-ratelimit-limit-tasks=2", "x-ratelimit-remaining-tasks=0"])
        second?.end()
        second?.end()
        #expect(limiter.runningTasks(of: "alice") == 1)
        first = nil
        #expect(first == nil && limiter.runningTasks(of: "alice") == 0)
        let error = limiter.tooManyTasks(alice)
        #expect(error.status == 429 && error.code == "concurrent_tasks_exceeded" && error.retryAfter == .seconds(1))
    }

    @Test func `tasks of an earlier process count and are never refused`() {
        let limiter = RateLimiter(tiers: ["default": TierSettings(concurrentTasks: 1)])
        let adopted = (0..<3).map { _ in limiter.adopt(owner: "alice") }
        #expect(limiter.runningTasks(of: "alice") == 3 && limiter.begin(alice) == nil)
        for place in adopted.dropLast() { place.end() }
        #expect(limiter.begin(alice) == nil)
        adopted[2].end()
        #expect(limiter.begin(alice) != nil)
    }

    @Test func `nothing leaks when tasks are cut off on many threads`() async {
        let limiter = RateLimiter(tiers: ["default": TierSettings(concurrentTasks: 5)])
        let most = await withTaskGroup(of: Int.self) { group in
            for index in 0..<400 {
                group.addTask {
                    let place = limiter.begin(Caller(name: "alice"))
                    let running = limiter.runningTasks(of: "alice")
                    await Task.yield()
                    if index % 3 == 0 { place?.end() }
                    return running
                }
                if index % 7 == 0 { group.cancelAll() }
            }
            return await group.reduce(0, max)
        }
        #expect(most <= 5)
        #expect(limiter.runningTasks(of: "alice") == 0)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.nanoseconds(1), "1ms"), (.milliseconds(20), "20ms"), (.microseconds(999_001), "1s"), (.seconds(1), "1s"),
        (.milliseconds(1001), "2s"), (.seconds(60), "1m0s"), (.seconds(360), "6m0s"), (.seconds(3725), "1h2m5s"), (.seconds(-3), "0s"),
    ])
    func `durations are told as OpenAI tells them`(duration: Duration, text: String) {
        #expect(RateLimitText.text(of: duration) == text)
    }
}
