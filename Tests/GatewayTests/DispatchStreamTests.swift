import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatchStreamTests {
    static let streaming = Capabilities(streams: true)
    static let partial = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "partial", data: "AAAA"))
    static let completed = Result<ServerSentEvent, UpstreamError>.success(ServerSentEvent(event: "completed", data: ""))
    static let reset = Result<ServerSentEvent, UpstreamError>.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: ""))

    func run(_ fixture: DispatchFixture) async -> (told: [String], outcome: DispatchOutcome) {
        let told = Mutex<[String]>([])
        let request = GenerationRequest(model: "m", partialImages: 2)
        let outcome = await fixture.dispatcher.dispatchStream(request, route: fixture.route) { event in
            switch event.event {
            case .partial: told.withLock { $0.append("partial") }
            case .completed: told.withLock { $0.append("completed") }
            }
        }
        return (told.withLock { $0 }, outcome)
    }

    func fixture(_ replies: ScriptedTransport.Reply...) -> DispatchFixture {
        DispatchFixture(["a", "b"].map { ScriptedProvider($0, capabilities: Self.streaming) }, script: ["a": replies])
    }

    @Test func `events are delivered as they come`() async {
        let (told, outcome) = await run(fixture(.events([Self.partial, Self.partial, Self.completed])))
        #expect(told == ["partial", "partial", "completed"])
        #expect(outcome.count == 1)
        #expect(outcome.header == "a=200;0ms")
    }

    @Test(arguments: [
        ScriptedTransport.Reply.answer(503), .events([reset]), .events([]),
        .events([.success(ServerSentEvent(event: "error", data: "rateLimited"))]),
    ])
    func `until the first event another candidate may take over`(reply: ScriptedTransport.Reply) async {
        let (told, outcome) = await run(fixture(reply))
        #expect(told == ["completed"])
        #expect(outcome.winner?.provider == "b")
    }

    @Test(arguments: [
        (ScriptedTransport.Reply.events([partial, reset]), DispatchFailure.Kind.ambiguous), (.events([partial]), .ambiguous),
        (.events([partial, .success(ServerSentEvent(event: "error", data: "rateLimited"))]), .ambiguous),
        (.events([partial, .success(ServerSentEvent(event: "error", data: "moderated"))]), .moderated),
    ])
    func `after the first event a failure is final`(reply: ScriptedTransport.Reply, kind: DispatchFailure.Kind) async {
        let fixture = fixture(reply)
        let (told, outcome) = await run(fixture)
        #expect(told == ["partial"])
        #expect(outcome.failure?.kind == kind)
        #expect(fixture.transport.starts(at: "b") == 0)
    }

    @Test func `a result that has arrived counts although the stream broke afterwards`() async {
        let (told, outcome) = await run(fixture(.events([Self.completed, Self.reset])))
        #expect(told == ["completed"])
        #expect(outcome.count == 1)
    }

    @Test func `a provider that does not stream gives the one completed event`() async {
        let (told, outcome) = await run(DispatchFixture())
        #expect(told == ["completed"])
        #expect(outcome.count == 1)
    }
}
