import Gateway
import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct DispatchTests {
    @Test func `the first candidate that can does it`() async throws {
        let fixture = DispatchFixture()
        let outcome = await fixture.dispatch()
        #expect(outcome.count == 1)
        #expect(outcome.winner == fixture.route[0])
        #expect(outcome.header == "a=200;0ms")
        #expect(outcome.attempts.first?.billed == .yes)
        #expect(outcome.attempts.first?.cost == 0.01)
        #expect(outcome.upstreamRequestCount == 1)
        #expect(fixture.transport.sent.first?.body["model"] == .string("m-a"))
    }

    @Test(arguments: [
        (ScriptedTransport.Reply.answer(429, retryAfter: 7), "a=429;0ms, b=200;0ms", Attempt.Billed.no),
        (.answer(503), "a=503;0ms, b=200;0ms", .no), (.answer(500), "a=500;0ms, b=200;0ms", .no),
        (.answer(401), "a=401;0ms, b=200;0ms", .no), (.answer(402), "a=402;0ms, b=200;0ms", .no),
        (.answer(403), "a=403;0ms, b=200;0ms", .no),
        (.answer(404), "a=404;0ms, b=200;0ms", .no), (.answer(302), "a=302;0ms, b=200;0ms", .no),
        (.answer(204), "a=unreadable;0ms, b=200;0ms", .unknown), (.answer(504), "a=504;0ms, b=200;0ms", .unknown),
        (.answer(200, body: "rateLimited"), "a=busy;0ms, b=200;0ms", .no),
        (.failure(UpstreamError(.unreachable, .notSent, message: "")), "a=unreachable;0ms, b=200;0ms", .no),
        (.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "")), "a=reset;0ms, b=200;0ms", .unknown),
        (.failure(UpstreamError(.invalidAnswer, .mayHaveStarted, message: "")), "a=unreadable;0ms, b=200;0ms", .unknown),
    ])
    func `each row of the law that moves on`(reply: ScriptedTransport.Reply, header: String, billed: Attempt.Billed) async {
        let fixture = DispatchFixture(script: ["a": [reply]])
        let outcome = await fixture.dispatch()
        #expect(outcome.count == 1)
        #expect(outcome.header == header)
        #expect(outcome.attempts.first?.billed == billed)
        #expect(outcome.winner?.provider == "b")
        #expect(fixture.transport.starts(at: "a") == 1)
    }

    @Test(arguments: [
        (400, "", DispatchFailure.Kind.invalidRequest, 400), (413, "", .invalidRequest, 413), (422, "", .invalidRequest, 422),
        (403, "moderated", .moderated, 400), (200, "moderated", .moderated, 400),
    ])
    func `each row of the law that stops`(answered: Int, body: String, kind: DispatchFailure.Kind, status: Int) async {
        let fixture = DispatchFixture(script: ["a": [.answer(answered, body: body)]])
        let outcome = await fixture.dispatch()
        #expect(outcome.failure?.kind == kind)
        #expect(outcome.failure?.status == status)
        #expect(outcome.attempts.count == 1)
        #expect(fixture.transport.starts(at: "b") == 0)
    }

    @Test func `an unknown outcome is not sent elsewhere where the policy stops`() async {
        let fixture = DispatchFixture(script: ["a": [.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""))]])
        let outcome = await fixture.dispatch(policy: FallbackPolicy(ambiguousStops: true))
        #expect(outcome.failure?.kind == .ambiguous)
        #expect(outcome.failure?.shouldRetry == false)
        #expect(fixture.transport.sent.count == 1)
        #expect(outcome.attempts.first?.billed == .unknown)
    }

    @Test(arguments: [true, false])
    func `a stale connection is tried again once over a fresh one`(works: Bool) async {
        let stale = ScriptedTransport.Reply.failure(UpstreamError(.staleConnection, .mayHaveStarted, message: ""))
        let fixture = DispatchFixture(script: ["a": works ? [stale] : [stale, stale]])
        let outcome = await fixture.dispatch(policy: FallbackPolicy(ambiguousStops: true))
        #expect(fixture.transport.sent.map(\.freshConnection) == [false, true])
        #expect(outcome.upstreamRequestCount == 2)
        #expect(outcome.failure?.kind == (works ? nil : .ambiguous))
        #expect(outcome.header == (works ? "a=stale;0ms, a=200;0ms" : "a=stale;0ms, a=stale;0ms"))
    }

    @Test func `only capacity makes a 503, with the soonest Retry-After`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(429, retryAfter: 30)], "b": [.answer(503, retryAfter: 12)]])
        let outcome = await fixture.dispatch()
        #expect(outcome.failure?.status == 503)
        #expect(outcome.failure?.retryAfter == .seconds(12))
        #expect(outcome.header == "a=429;0ms, b=503;0ms")
    }

    @Test(arguments: [401, 402, 403, 404, 500, 302])
    func `anything else makes a 502, and a key of ours is never the caller's`(status: Int) async {
        let fixture = DispatchFixture(script: ["a": [.answer(429, retryAfter: 30)], "b": [.answer(status)]])
        #expect(await fixture.dispatch().failure?.status == 502)
    }

    @Test func `a resting candidate is skipped and listed`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(429, retryAfter: 30)]])
        _ = await fixture.dispatch()
        #expect(await fixture.dispatch().header == "a=skipped, b=200;0ms")
        fixture.clock.advance(by: .seconds(30))
        #expect(await fixture.dispatch().header == "a=200;0ms")
    }

    @Test func `a refused key rests every model of the provider until a probe`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(401)]])
        _ = await fixture.dispatch()
        let other = [Candidate(provider: "a", upstreamModel: "other"), fixture.route[1]]
        let request = GenerationRequest(model: "m")
        #expect(await fixture.dispatcher.dispatch(request, route: other).header == "a=skipped, b=200;0ms")
        fixture.clock.advance(by: .seconds(60))
        #expect(await fixture.dispatcher.dispatch(request, route: other).header == "a=200;0ms")
    }

    @Test func `a dead model is skipped until a reload`() async {
        let fixture = DispatchFixture(script: ["a": [.answer(404)]])
        _ = await fixture.dispatch()
        #expect(await fixture.dispatch().header == "a=skipped, b=200;0ms")
        fixture.board.reload(limits: [:])
        #expect(await fixture.dispatch().header == "a=200;0ms")
    }

    @Test func `what a provider cannot say is skipped, and if nobody can it is a 400`() async {
        let mute = ScriptedProvider("a", cannotSay: true)
        let fixture = DispatchFixture([mute, ScriptedProvider("b")])
        #expect(await fixture.dispatch().header == "a=skipped, b=200;0ms")
        let nobody = DispatchFixture([mute])
        let failure = await nobody.dispatch().failure
        #expect(failure?.kind == .unsupported)
        #expect(failure?.field == "prompt")
        #expect(nobody.transport.sent.isEmpty)
    }

    @Test func `warnings tell what the winner could not honour, and strict passes it over`() async {
        let deaf = ScriptedProvider("a", capabilities: Capabilities(droppedFields: ["seed"]))
        let fixture = DispatchFixture([deaf, ScriptedProvider("b")])
        #expect(await fixture.dispatch(GenerationRequest(model: "m", seed: 1)).warnings.map(\.field) == ["seed"])
        let strict = await fixture.dispatch(GenerationRequest(model: "m", seed: 1, strict: true))
        #expect(strict.warnings.isEmpty)
        #expect(strict.header == "a=skipped, b=200;0ms")
    }

    @Test func `the caller's wishes reorder the route`() async {
        let fixture = DispatchFixture()
        let wish = RoutingWish(order: ["b"])
        #expect(await fixture.dispatch(GenerationRequest(model: "m", routing: wish)).winner?.provider == "b")
        #expect(await fixture.dispatch(GenerationRequest(model: "m", routing: RoutingWish(only: ["z"]))).failure?.status == 400)
    }

    @Test func `an attempt ends at the provider's timeout or the call's deadline, whichever is sooner`() async {
        let fixture = DispatchFixture()
        _ = await fixture.dispatch()
        _ = await fixture.dispatch(policy: FallbackPolicy(deadline: .seconds(20)))
        let limits = fixture.transport.sent.map { fixture.clock.now.duration(to: $0.deadline) }
        #expect(limits == [.seconds(180), .seconds(20)])
    }
}
