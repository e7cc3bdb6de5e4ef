import Gateway
import GatewayTesting
import HTTP
import Media
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatchLoadTests {
    @Test func `of many calls after a rest exactly one probes`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(429, retryAfter: 30), .hold]])
        _ = await fixture.dispatch()
        fixture.clock.advance(by: .seconds(30))
        let calls = (0..<50).map { _ in Task { await fixture.dispatch() } }
        await fixture.until { fixture.transport.held == 1 && fixture.transport.starts(at: "b") == 50 }
        #expect(fixture.transport.starts(at: "a") == 2)
        fixture.transport.answer("a")
        for call in calls { #expect(await call.value.count == 1) }
        #expect(await fixture.dispatch().winner?.provider == "a")
    }

    @Test func `a probe whose caller goes away blames nobody and leaves the probe to the next`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(429, retryAfter: 30), .hold]])
        _ = await fixture.dispatch()
        fixture.clock.advance(by: .seconds(30))
        let call = Task { await fixture.dispatch() }
        await fixture.until { fixture.transport.held == 1 }
        call.cancel()
        #expect(await call.value.failure?.kind == .cancelled)
        #expect(await fixture.dispatch().winner?.provider == "a")
    }

    @Test func `a full provider passes calls to the next`() async {
        let fixture = DispatchFixture(script: ["a": [.hold]], limits: ["a": HealthBoard.Limit(maximumConcurrent: 1)])
        async let first = fixture.dispatch()
        await fixture.until { fixture.transport.held == 1 }
        #expect(await fixture.dispatch().header == "a=skipped, b=200;0ms")
        fixture.transport.answer("a")
        #expect(await first.winner?.provider == "a")
    }

    @Test func `when all are full calls wait in a bounded queue, and the next is a 503`() async {
        let one = HealthBoard.Limit(maximumConcurrent: 1, maximumQueue: 2)
        let fixture = DispatchFixture([ScriptedProvider("a")], script: ["a": [.hold, .hold, .hold]], limits: ["a": one])
        let calls = (0..<3).map { _ in Task { await fixture.dispatch() } }
        await fixture.until { fixture.board.load(of: "a") == (1, 2) && fixture.transport.held == 1 }
        let refused = await fixture.dispatch()
        #expect(refused.failure?.kind == .capacity)
        #expect(refused.header == "a=skipped")
        for left in [2, 1, 0] {
            fixture.transport.answer("a")
            if left > 0 { await fixture.until { fixture.transport.held == 1 } }
        }
        for call in calls { #expect(await call.value.count == 1) }
        #expect(fixture.board.load(of: "a") == (0, 0))
    }

    @Test func `a waiting call that goes away leaves the queue`() async {
        let one = HealthBoard.Limit(maximumConcurrent: 1, maximumQueue: 1)
        let fixture = DispatchFixture([ScriptedProvider("a")], script: ["a": [.hold]], limits: ["a": one])
        async let first = fixture.dispatch()
        await fixture.until { fixture.transport.held == 1 }
        let waiting = Task { await fixture.dispatch() }
        await fixture.until { fixture.board.load(of: "a").waiting == 1 }
        waiting.cancel()
        #expect(await waiting.value.failure?.kind == .cancelled)
        #expect(fixture.board.load(of: "a") == (1, 0))
        fixture.transport.answer("a")
        #expect(await first.count == 1)
        #expect(fixture.board.load(of: "a") == (0, 0))
    }

    @Test func `a wait ends at the deadline with a 503`() async {
        let one = HealthBoard.Limit(maximumConcurrent: 1, maximumQueue: 1)
        let fixture = DispatchFixture([ScriptedProvider("a")], script: ["a": [.hold]], limits: ["a": one])
        async let first = fixture.dispatch()
        await fixture.until { fixture.transport.held == 1 }
        let waiting = Task { await fixture.dispatch(policy: FallbackPolicy(deadline: .seconds(5))) }
        await fixture.until { fixture.clock.sleepers == 1 }
        fixture.clock.advance(by: .seconds(5))
        #expect(await waiting.value.failure?.status == 503)
        fixture.transport.answer("a")
        _ = await first
        #expect(fixture.board.load(of: "a") == (0, 0))
    }

    @Test func `when the caller goes away the upstream call ends and nobody is blamed`() async {
        let fixture = DispatchFixture(script: ["a": [.hold]])
        let call = Task { await fixture.dispatch() }
        await fixture.until { fixture.transport.held == 1 }
        call.cancel()
        let outcome = await call.value
        #expect(outcome.failure?.kind == .cancelled)
        #expect(outcome.header == "a=cancelled;0ms")
        #expect(fixture.transport.starts(at: "b") == 0)
        #expect(fixture.board.availability(of: fixture.route, now: fixture.clock.now) == [Availability(), Availability()])
        #expect(fixture.board.load(of: "a") == (0, 0))
    }
}
