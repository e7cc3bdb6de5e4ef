import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct DispatchJobTests {
    static let jobs = ScriptedProvider("a", capabilities: Capabilities(submitsJobs: true))

    func fixture(_ script: ScriptedTransport.Reply..., sleepingAdvances: Bool = true) -> DispatchFixture {
        DispatchFixture([Self.jobs, ScriptedProvider("b")], script: ["a": script], sleepingAdvances: sleepingAdvances)
    }

    @Test func `a job is polled until it is done`() async {
        let fixture = fixture(.answer(202), .answer(202), .answer(500), .answer(429, retryAfter: 3), .answer(200))
        let begun = fixture.clock.now
        let outcome = await fixture.dispatch()
        #expect(outcome.count == 1)
        #expect(fixture.transport.sent.map(\.path) == ["/start", "/resume", "/resume", "/resume", "/resume"])
        #expect(outcome.upstreamRequestCount == 1)
        #expect(begun.duration(to: fixture.clock.now) == .seconds(6))
        #expect(outcome.header == "a=202;6000ms")
    }

    @Test func `an accepted job is told before it is polled`() async {
        let fixture = fixture(.answer(202), .answer(200))
        let told = Mutex<[String]>([])
        let transport = fixture.transport
        let observer = DispatchObserver(accepted: { candidate, operation in
            told.withLock { $0.append("\(candidate) \(operation.id) \(transport.sent.count)") }
        })
        _ = await fixture.dispatcher.dispatch(GenerationRequest(model: "m"), route: fixture.route, observer: observer)
        #expect(told.withLock { $0 } == ["a/m-a job 1"])
    }

    @Test(arguments: [
        ("jobFailed", nil as DispatchFailure.Kind?, 1), ("jobRejected", .jobRejected, 0), ("moderated", .moderated, 0),
        ("keyRefused", .ambiguous, 0),
    ])
    func `only a job that failed for the provider's reasons moves on`(body: String, kind: DispatchFailure.Kind?, others: Int) async {
        let fixture = fixture(.answer(202), .answer(200, body: body))
        let outcome = await fixture.dispatch()
        #expect(outcome.failure?.kind == kind)
        #expect(fixture.transport.starts(at: "b") == others)
    }

    @Test(arguments: [
        ScriptedTransport.Reply.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "")), .answer(204), .answer(504),
        .failure(UpstreamError(.invalidAnswer, .mayHaveStarted, message: "")),
    ])
    func `a submit whose outcome is unknown is never sent elsewhere`(reply: ScriptedTransport.Reply) async {
        let fixture = fixture(reply)
        let outcome = await fixture.dispatch()
        #expect(outcome.failure?.kind == .ambiguous)
        #expect(outcome.failure?.shouldRetry == false)
        #expect(fixture.transport.sent.count == 1)
    }

    @Test func `a job that outlasts the deadline is cancelled there and not bought again`() async {
        let fixture = DispatchFixture(
            [Self.jobs, ScriptedProvider("b")], script: ["a": Array(repeating: .answer(202), count: 100)], sleepingAdvances: true)
        let outcome = await fixture.dispatch(policy: FallbackPolicy(deadline: .seconds(10)))
        #expect(outcome.failure?.kind == .ambiguous)
        #expect(outcome.header == "a=timeout;10000ms")
        #expect(fixture.transport.sent.last?.path == "/cancel")
        #expect(fixture.transport.starts(at: "b") == 0)
    }

    @Test(arguments: [true, false])
    func `when the caller goes away a running job is cancelled where that exists`(hasCancel: Bool) async {
        let provider = ScriptedProvider("a", capabilities: Capabilities(submitsJobs: true), hasCancel: hasCancel)
        let fixture = DispatchFixture([provider, ScriptedProvider("b")], script: ["a": [.answer(202)]])
        let call = Task { await fixture.dispatch() }
        await fixture.until { fixture.clock.sleepers == 1 }
        call.cancel()
        let outcome = await call.value
        #expect(outcome.failure?.kind == .cancelled)
        #expect(outcome.attempts.first?.billed == .unknown)
        #expect(fixture.transport.sent.map(\.path) == (hasCancel ? ["/start", "/cancel"] : ["/start"]))
        #expect(fixture.board.availability(of: fixture.route, now: fixture.clock.now) == [Availability(), Availability()])
    }

    @Test func `when the caller goes away during a poll the job is cancelled too`() async {
        let fixture = DispatchFixture([Self.jobs], script: ["a": [.answer(202), .hold]])
        let call = Task { await fixture.dispatch() }
        await fixture.until { fixture.clock.sleepers == 1 }
        fixture.clock.advance(by: .seconds(1))
        await fixture.until { fixture.transport.held == 1 }
        call.cancel()
        #expect(await call.value.failure?.kind == .cancelled)
        #expect(fixture.transport.sent.last?.path == "/cancel")
    }
}
