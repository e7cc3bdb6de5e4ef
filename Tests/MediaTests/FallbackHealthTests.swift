import Media
import Testing
import Transport

@Suite struct FallbackHealthTests {
    let start = Instant.now
    let busy = HealthVerdict.needsRest(retryAfter: nil)

    func at(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    @Test func `a rest without Retry-After doubles from five seconds`() {
        var health = ProviderHealth(provider: "a")
        var now = start
        for seconds in [5, 10, 20, 40] {
            let pass = health.begin("m", now: now)
            #expect(health.end(pass, busy, now: now, random: 0) != nil)
            #expect(health.health(of: "m", now: now) == .cooling(until: now + .seconds(seconds)))
            now += .seconds(seconds)
        }
    }

    @Test func `the jitter only lengthens, and no rest is longer than ten minutes`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 1)
        #expect(health.health(of: "m", now: start) == .cooling(until: at(6.25)))
        var now = start
        for _ in 0..<20 {
            now += .seconds(601)
            _ = health.end(health.begin("m", now: now), busy, now: now, random: 1)
        }
        #expect(health.health(of: "m", now: now) == .cooling(until: now + .seconds(600)))
    }

    @Test(arguments: [(7, 7), (3600, 600), (0, 0), (-4, 0)])
    func `Retry-After is obeyed up to ten minutes`(asked: Int, rests: Int) {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), .needsRest(retryAfter: .seconds(asked)), now: start, random: 1)
        #expect(health.health(of: "m", now: at(Double(rests))) == .ready)
        if rests > 0 { #expect(health.health(of: "m", now: at(Double(rests) - 0.1)) != .ready) }
    }

    @Test func `many failures at the same time count as one`() {
        var health = ProviderHealth(provider: "a")
        let passes = (0..<50).map { _ in health.begin("m", now: start) }
        let events = passes.compactMap { health.end($0, busy, now: start, random: 0) }
        #expect(events == [.cooling(Candidate(provider: "a", upstreamModel: "m"), for: .seconds(5))])
        #expect(health.health(of: "m", now: start) == .cooling(until: at(5)))
    }

    @Test func `a success of a call begun earlier does not end a rest`() {
        var health = ProviderHealth(provider: "a")
        let early = health.begin("m", now: start)
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        _ = health.end(early, .works, now: at(1), random: 0)
        #expect(health.health(of: "m", now: at(1)) == .cooling(until: at(5)))
    }

    @Test func `after the rest exactly one call probes`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        #expect(health.health(of: "m", now: at(5)) == .ready)
        let probe = health.begin("m", now: at(5))
        #expect(probe.isProbe)
        #expect(health.health(of: "m", now: at(5)) == .probing)
        #expect(!health.begin("m", now: at(5)).isProbe)
        _ = health.end(probe, .works, now: at(6), random: 0)
        #expect(health.health(of: "m", now: at(6)) == .ready)
        #expect(!health.begin("m", now: at(6)).isProbe)
    }

    @Test(arguments: [HealthVerdict.fails, .needsRest(retryAfter: nil)])
    func `a failed probe rests for twice as long`(verdict: HealthVerdict) {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        _ = health.end(health.begin("m", now: at(5)), verdict, now: at(5), random: 0)
        #expect(health.health(of: "m", now: at(5)) == .cooling(until: at(15)))
    }

    @Test func `a probe whose caller went away leaves the probe to the next`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        _ = health.end(health.begin("m", now: at(5)), .silent, now: at(6), random: 0)
        #expect(health.health(of: "m", now: at(6)) == .ready)
        #expect(health.begin("m", now: at(6)).isProbe)
    }

    @Test func `rests are for one model, a refused key is for all of them`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        #expect(health.health(of: "other", now: start) == .ready)
        let event = health.end(health.begin("m", now: start), .refusesKey, now: start, random: 0)
        #expect(event == .circuitOpened(provider: "a", for: .seconds(60)))
        #expect(health.health(of: "other", now: start) == .circuitOpen(until: at(60)))
    }

    @Test func `the provider as a whole is told with all its models`() {
        var health = ProviderHealth(provider: "a")
        #expect(health.standing(now: start) == ProviderHealth.Standing())
        _ = health.end(health.begin("m", now: start), busy, now: start, random: 0)
        _ = health.end(health.begin("n", now: start), .needsRest(retryAfter: .seconds(9)), now: start, random: 0)
        _ = health.end(health.begin("g", now: start), .modelGone, now: start, random: 0)
        var standing = health.standing(now: start)
        #expect(Set(standing.resting) == ["m", "n"] && standing.restsUntil == at(9) && standing.gone == ["g"])
        #expect(standing.refusedUntil == nil)
        _ = health.end(health.begin("n", now: at(10)), .refusesKey, now: at(10), random: 0)
        standing = health.standing(now: at(10))
        #expect(standing.refusedUntil == at(70) && standing.resting.isEmpty)
    }

    @Test func `the circuit of a key doubles up to a quarter of an hour, one probe at a time`() {
        var health = ProviderHealth(provider: "a")
        var now = start
        for seconds in [60, 120, 240, 480, 900, 900] {
            let probe = health.begin("m", now: now)
            #expect(probe.isProbe == (now != start))
            if now != start { #expect(health.health(of: "other", now: now) != .ready) }
            _ = health.end(probe, .refusesKey, now: now, random: 0)
            #expect(health.health(of: "other", now: now) == .circuitOpen(until: now + .seconds(seconds)))
            now += .seconds(seconds)
            #expect(health.health(of: "other", now: now) == .ready)
        }
        let probe = health.begin("m", now: now)
        #expect(health.end(probe, .works, now: now, random: 0) == .circuitClosed(provider: "a"))
        #expect(health.health(of: "m", now: now) == .ready)
    }

    @Test func `many refusals at the same time open the circuit once`() {
        var health = ProviderHealth(provider: "a")
        let passes = (0..<9).map { _ in health.begin("m", now: start) }
        #expect(passes.compactMap { health.end($0, .refusesKey, now: start, random: 0) }.count == 1)
        #expect(health.health(of: "m", now: start) == .circuitOpen(until: at(60)))
    }

    @Test func `a probe that did not get as far as the key waits the same time again`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("m", now: start), .refusesKey, now: start, random: 0)
        _ = health.end(health.begin("m", now: at(60)), .fails, now: at(61), random: 0)
        #expect(health.health(of: "m", now: at(61)) == .circuitOpen(until: at(121)))
    }

    @Test func `a dead model stays dead until a reload, which keeps cooldowns`() {
        var health = ProviderHealth(provider: "a")
        _ = health.end(health.begin("gone", now: start), .modelGone, now: start, random: 0)
        _ = health.end(health.begin("busy", now: start), busy, now: start, random: 0)
        #expect(health.health(of: "gone", now: at(100_000)) == .dead)
        _ = health.end(health.begin("x", now: start), .refusesKey, now: start, random: 0)
        health.reload()
        #expect(health.health(of: "gone", now: start) == .ready)
        #expect(health.health(of: "busy", now: start) == .cooling(until: at(5)))
    }

    @Test(arguments: [
        (UpstreamError.Kind.rateLimited, HealthVerdict.needsRest(retryAfter: nil)), (.overloaded, .needsRest(retryAfter: nil)),
        (.serverFault, .needsRest(retryAfter: nil)), (.quotaExhausted, .refusesKey), (.keyRefused, .refusesKey), (.modelGone, .modelGone),
        (.invalidRequest, .works), (.moderated, .works), (.jobRejected, .works), (.unreachable, .fails), (.redirected, .fails),
        (.invalidAnswer, .fails), (.unknownOutcome, .fails), (.jobFailed, .fails), (.staleConnection, .silent), (.cancelled, .silent),
    ])
    func `each kind of error has its verdict`(kind: UpstreamError.Kind, verdict: HealthVerdict) {
        #expect(HealthVerdict(.failed(UpstreamError(kind, message: ""))) == verdict)
    }
}

@Suite struct FallbackGateTests {
    @Test func `places are limited and the queue is bounded`() {
        var gate = ConcurrencyGate(limit: 1, maximumQueue: 2)
        let entered = [gate.enter(), gate.enter()]
        #expect(entered == [true, false])
        #expect(gate.room == .queue)
        let queued = [gate.enqueue(1), gate.enqueue(2), gate.enqueue(3)]
        #expect(queued == [true, true, false])
        #expect(gate.room == .none)
    }

    @Test func `a place goes to whoever has waited longest`() {
        var gate = ConcurrencyGate(limit: 1, maximumQueue: 3)
        _ = gate.enter()
        for ticket in 1...3 { _ = gate.enqueue(UInt64(ticket)) }
        let abandoned = [gate.abandon(1), gate.abandon(1)]
        #expect(abandoned == [true, false])
        let next = [gate.leave(), gate.leave(), gate.leave()]
        #expect(next == [2, 3, nil])
        #expect(gate.running == 0)
        #expect(gate.room == .free)
    }

    @Test func `without a limit there is always a place`() {
        var gate = ConcurrencyGate(limit: nil, maximumQueue: 0)
        let refused = (0..<1000).count { _ in !gate.enter() }
        #expect(refused == 0)
    }

    @Test func `more places let waiting calls in`() {
        var gate = ConcurrencyGate(limit: 1, maximumQueue: 3)
        _ = gate.enter()
        for ticket in 1...3 { _ = gate.enqueue(UInt64(ticket)) }
        let admitted = gate.resize(limit: 3, maximumQueue: 3)
        #expect(admitted == [1, 2])
        #expect(gate.running == 3)
    }
}
