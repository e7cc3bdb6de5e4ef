import Gateway
import GatewayTesting
import HTTP
import Media
import Testing

/// A scripted provider whose requests carry a token: the body of the answer at `/token`.
private struct TokenedProvider: TokenProvider {
    static let type = "tokened"
    var inner = ScriptedProvider("a", capabilities: Capabilities(submitsJobs: true))

    init() {}
    init(_ settings: ProviderSettings) throws(ConfigurationError) {}

    func capabilities(for upstreamModel: String) -> Capabilities { inner.capabilities }
    func request(for step: Step) throws(UpstreamError) -> UpstreamRequest { try inner.request(for: step) }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try inner.generation(from: response, at: step)
    }

    func tokenRequest() throws(UpstreamError) -> UpstreamRequest? {
        guard let url = try? HTTPURL(parsing: "http://a.invalid/token") else { return nil }
        return UpstreamRequest(.post, url)
    }

    func token(from response: UpstreamResponse) throws(UpstreamError) -> AccessToken {
        guard response.status.code == 200 else { throw UpstreamError(.serverFault, status: response.status.code, message: "no token") }
        return AccessToken(value: Secret(String(decoding: response.body, as: UTF8.self)), lifetime: .seconds(3600))
    }
}

@Suite(.timeLimit(.minutes(1))) struct ReviewDispatchTokenTests {
    static let stale = ScriptedTransport.Reply.failure(UpstreamError(.staleConnection, .mayHaveStarted, message: ""))

    private func fixture(_ replies: ScriptedTransport.Reply...) -> DispatchFixture {
        DispatchFixture([TokenedProvider(), ScriptedProvider("b")], script: ["a": replies], sleepingAdvances: true)
    }

    private func paths(_ fixture: DispatchFixture) -> [String] {
        fixture.transport.sent.map { $0.path + ($0.authorization.map { " \($0.dropFirst(7))" } ?? "") }
    }

    @Test func `a token that a kept connection has lost is asked for once more over a fresh one`() async {
        let fixture = fixture(Self.stale, .answer(200, body: "t1"), .answer(200))
        #expect(await fixture.dispatch().header == "a=200;0ms")
        #expect(paths(fixture) == ["/token", "/token", "/start t1"])
        #expect(fixture.transport.sent.map(\.freshConnection) == [false, true, false])
    }

    @Test func `twice lost, the call moves on and nothing was bought`() async {
        let fixture = fixture(Self.stale, Self.stale)
        let outcome = await fixture.dispatch()
        #expect(outcome.header == "a=unreachable;0ms, b=200;0ms")
        #expect(outcome.attempts.first?.billed == .no)
    }

    @Test func `a job that was paid for is asked on when a refused token cannot be replaced for a moment`() async {
        let fixture = fixture(
            .answer(200, body: "t1"), .answer(202), .answer(401), .answer(503), .answer(200, body: "t2"), .answer(200))
        #expect(await fixture.dispatch().count == 1)
        #expect(paths(fixture) == ["/token", "/start t1", "/resume t1", "/token", "/token", "/resume t2"])
    }

    @Test func `a token's answer that breaks the protocol is no refusal of the key`() async {
        let fixture = fixture(.failure(UpstreamError(.invalidAnswer, message: "")))
        let outcome = await fixture.dispatch()
        guard case .failed(let error)? = outcome.attempts.first?.outcome else { return #expect(Bool(false), "no failure") }
        #expect(error.kind == .serverFault)
        #expect(error.progress == .notSent)
    }
}
