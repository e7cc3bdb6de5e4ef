import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

/// A scripted provider whose requests carry a token; the answer's body is the token.
private struct ScriptedTokenProvider: TokenProvider {
    static let type = "scripted-token"
    var inner: ScriptedProvider
    var lifetime = Duration.seconds(3600)
    /// Needs no exchange: every request has this key.
    var key: String?

    init(_ settings: ProviderSettings) throws(ConfigurationError) { self.init() }

    init(lifetime: Duration = .seconds(3600), key: String? = nil) {
        inner = ScriptedProvider("a")
        self.lifetime = lifetime
        self.key = key
    }

    func capabilities(for upstreamModel: String) -> Capabilities { inner.capabilities }

    func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
        var request = try inner.request(for: step)
        if let key { request.fields.set(.authorization, "Bearer \(key)") }
        return request
    }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        try inner.generation(from: response, at: step)
    }

    func tokenRequest() throws(UpstreamError) -> UpstreamRequest? {
        guard key == nil else { return nil }
        do throws(HTTPURLError) {
            return UpstreamRequest(.post, try HTTPURL(parsing: "http://a.invalid/token"))
        } catch {
            throw UpstreamError(.invalidRequest, .notSent, message: "no URL")
        }
    }

    func token(from response: UpstreamResponse) throws(UpstreamError) -> AccessToken {
        guard response.status.code == 200 else {
            _ = try inner.generation(from: response, at: .cancel(RemoteOperation(id: "", model: "")))
            throw UpstreamError(.invalidAnswer, message: "no token")
        }
        return AccessToken(value: Secret(String(decoding: response.body, as: UTF8.self)), lifetime: lifetime)
    }
}

@Suite(.timeLimit(.minutes(1))) struct DispatchTokenTests {
    static let strict = FallbackPolicy(ambiguousStops: true, ambiguousJobsStop: true)

    /// `a` works with tokens, `b` does not.
    private func fixture(
        _ provider: ScriptedTokenProvider = ScriptedTokenProvider(), _ replies: ScriptedTransport.Reply..., sleepingAdvances: Bool = false
    ) -> DispatchFixture {
        DispatchFixture([provider, ScriptedProvider("b")], script: ["a": replies], sleepingAdvances: sleepingAdvances)
    }

    private func token(_ name: String) -> ScriptedTransport.Reply { .answer(200, body: name) }

    private func carried(_ fixture: DispatchFixture) -> [String] {
        fixture.transport.sent.map { $0.provider + $0.path + ($0.authorization.map { " \($0.dropFirst(7))" } ?? "") }
    }

    @Test func `one exchange is enough for many calls, and only its provider's requests carry the token`() async {
        let fixture = fixture(ScriptedTokenProvider(), token("t1"), .answer(200), .answer(503))
        _ = await fixture.dispatch()
        _ = await fixture.dispatch()
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/start t1", "b/start"])
    }

    @Test func `a job's polls carry the token, too, and get a new one when it ends`() async {
        let fixture = fixture(
            ScriptedTokenProvider(lifetime: .seconds(3)), token("t1"), .answer(202), .answer(202), token("t2"), .answer(200),
            sleepingAdvances: true)
        #expect(await fixture.dispatch().count == 1)
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/resume t1", "a/token", "a/resume t2"])
    }

    @Test(arguments: [(3600, 3539, 3540), (90, 44, 45), (60, 29, 30), (121, 60, 61)])
    func `a token is renewed before its end`(lifetime: Int, good: Int, over: Int) async {
        let fixture = fixture(
            ScriptedTokenProvider(lifetime: .seconds(lifetime)), token("t1"), .answer(200), .answer(200), token("t2"), .answer(200))
        _ = await fixture.dispatch()
        fixture.clock.advance(by: .seconds(good))
        _ = await fixture.dispatch()
        fixture.clock.advance(by: .seconds(over - good))
        _ = await fixture.dispatch()
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/start t1", "a/token", "a/start t2"])
    }

    @Test func `a token that is refused is replaced, and the request sent once more`() async {
        let fixture = fixture(ScriptedTokenProvider(), token("t1"), .answer(401), token("t2"), .answer(200))
        let outcome = await fixture.dispatch(policy: Self.strict)
        #expect(outcome.header == "a=200;0ms")
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/token", "a/start t2"])
        _ = await fixture.dispatch()
        #expect(carried(fixture).last == "a/start t2")
    }

    @Test func `a second refusal stands`() async {
        let fixture = fixture(ScriptedTokenProvider(), token("t1"), .answer(401), token("t2"), .answer(401))
        let outcome = await fixture.dispatch(policy: Self.strict)
        #expect(outcome.header == "a=401;0ms, b=200;0ms")
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/token", "a/start t2", "b/start"])
        #expect(outcome.attempts.first?.billed == .no)
    }

    @Test(arguments: [(ScriptedTransport.Reply.answer(500), "500"), (.answer(200, body: "t1"), "401")])
    func `without another token the refusal stands, or what kept the token away`(reply: ScriptedTransport.Reply, word: String) async {
        let fixture = fixture(ScriptedTokenProvider(), token("t1"), .answer(401), reply)
        #expect(await fixture.dispatch().header == "a=\(word);0ms, b=200;0ms")
        #expect(carried(fixture) == ["a/token", "a/start t1", "a/token", "b/start"])
    }

    @Test func `only 401 is about the token`() async {
        let fixture = fixture(ScriptedTokenProvider(), token("t1"), .answer(403))
        #expect(await fixture.dispatch().header == "a=403;0ms, b=200;0ms")
        #expect(carried(fixture) == ["a/token", "a/start t1", "b/start"])
    }

    @Test func `a key that needs no exchange is used as it is, and its refusal is not asked for twice`() async {
        let fixture = fixture(ScriptedTokenProvider(key: "fixed"), .answer(200), .answer(401))
        #expect(await fixture.dispatch().header == "a=200;0ms")
        #expect(await fixture.dispatch().header == "a=401;0ms, b=200;0ms")
        #expect(carried(fixture) == ["a/start fixed", "a/start fixed", "b/start"])
    }

    @Test(arguments: [
        (ScriptedTransport.Reply.answer(500), "500"), (.answer(503), "503"), (.answer(400), "400"), (.answer(401), "401"),
        (.answer(504), "504"), (.events([]), "key"),
        (.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "")), "unreachable"),
        (.failure(UpstreamError(.unreachable, .notSent, message: "")), "unreachable"),
    ])
    func `without a token the call moves on, and nothing has been sent`(reply: ScriptedTransport.Reply, word: String) async {
        let fixture = fixture(ScriptedTokenProvider(), reply)
        let outcome = await fixture.dispatch(policy: Self.strict)
        #expect(outcome.header == "a=\(word);0ms, b=200;0ms")
        #expect(carried(fixture) == ["a/token", "b/start"])
        guard case .failed(let error)? = outcome.attempts.first?.outcome else { return #expect(Bool(false), "no failure") }
        #expect(error.progress == .notSent)
        #expect(outcome.attempts.first?.billed == .no)
    }

    @Test func `when a token ends soon one asker renews it, and all others go on with it`() {
        let cache = TokenCache()
        let start = Instant.now
        cache.keep(AccessToken(value: Secret("t1"), lifetime: .seconds(3600)), at: start)
        let soon = start + .seconds(3550)
        #expect(cache.tokenOrTurn(at: soon) == nil)
        #expect(cache.tokenOrTurn(at: soon) == Secret("t1") && cache.token(at: soon) == Secret("t1"))
        // Whoever was to renew it has not come back.
        #expect(cache.tokenOrTurn(at: soon + .seconds(20)) == nil)
        #expect(cache.tokenOrTurn(at: start + .seconds(3600)) == nil && cache.tokenOrTurn(at: start + .seconds(3600)) == nil)
    }

    @Test func `a token that others have replaced is not thrown away`() throws {
        let cache = TokenCache()
        let now = Instant.now
        var request = UpstreamRequest(.get, try HTTPURL(parsing: "http://a.invalid/"))
        #expect(cache.token(at: now) == nil)
        #expect(!cache.drop(usedBy: request))
        cache.keep(AccessToken(value: Secret("t2"), lifetime: .seconds(3600)), at: now)
        request.fields.set(.authorization, "Bearer t1")
        #expect(cache.drop(usedBy: request))
        #expect(cache.token(at: now) == Secret("t2"))
        request.fields.set(.authorization, "Bearer t2")
        #expect(cache.drop(usedBy: request))
        #expect(cache.token(at: now) == nil)
    }
}
