import Gateway
import GatewayTesting
import HTTP
import Media
import Testing
import Transport

/// A request that passes through stays on its loop: crossing threads costs a thousand times as much.
@Suite(.timeLimit(.minutes(1)))
struct CrossThreadTests {
    private let upstreamLoop = EventLoop.started("upstream")
    private let gatewayLoop = EventLoop.started("gateway")
    private let clientLoop = EventLoop.started("client")

    /// A gateway's loop between an upstream and a client, each on a loop of its own.
    private func gateway(
        upstream text: String = "1", _ answer: @escaping @Sendable (HTTPClient, HTTPURL) async -> HTTPResponse
    ) async throws -> TestServer {
        let upstream = try await TestServer(on: upstreamLoop) { _ in .text(text) }
        let url = try HTTPURL(parsing: "http://\(upstream.address)/")
        let client = HTTPClient(gatewayLoop, resolver: Resolver())
        return try await TestServer(on: gatewayLoop) { _ in await answer(client, url) }
    }

    /// Jobs that other threads gave to the gateway's loop during so many requests over one connection.
    private func crossings(of server: TestServer, during requests: Int = 1000) async throws -> Int {
        let (clientLoop, gatewayLoop) = (clientLoop, gatewayLoop)
        return try await Task(executorPreference: clientLoop) {
            let client = try await RawConnection.connect(to: server.address, on: clientLoop)
            func exchange(_ count: Int) async throws {
                for _ in 0..<count {
                    await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n")
                    #expect(try await client.readResponse().text == "1")
                }
            }
            try await exchange(20)
            let before = gatewayLoop.remoteEnqueueCount
            try await exchange(requests)
            return gatewayLoop.remoteEnqueueCount - before
        }.value
    }

    @Test func `a thousand proxied requests bring no job from another thread`() async throws {
        let server = try await gateway { client, url in
            let request = HTTPClientRequest(.get, url, deadline: .now + .seconds(20))
            guard let answer = try? await client.send(request).get(),
                let bytes = try? await HTTPBody.stream(answer.body, length: nil).collect()
            else { return HTTPResponse(status: 502) }
            return HTTPResponse(status: answer.head.status, body: HTTPBody(bytes))
        }
        #expect(try await crossings(of: server) == 0)
    }

    @Test func `a thousand dispatched requests bring no job from another thread`() async throws {
        #expect(try await crossings(of: dispatching()) == 0)
    }

    @Test func `a large answer is read on another thread, and means the same`() async throws {
        let server = try await dispatching(upstream: String(repeating: "0", count: 300 << 10) + "1")
        // One for each call, but none where the other thread was done before this one began to wait.
        #expect((1...10).contains(try await crossings(of: server, during: 10)))
    }

    /// A gateway that answers with the number of results.
    private func dispatching(upstream text: String = "1") async throws -> TestServer {
        let board = HealthBoard(limits: [:])
        let loop = gatewayLoop
        let environment = DispatchEnvironment(
            now: { .now }, sleep: { try await loop.sleep(until: $0) }, random: { 0 }, read: { _ in .success([]) }, encode: { _ in "" },
            fetch: { .success($0) })
        return try await gateway(upstream: text) { client, url in
            let settings = ProviderSettings(name: "a", type: "scripted")
            let transport = Redirected(url: url, upstream: HTTPUpstream(client: client, settings: settings))
            let upstream = Upstream(provider: ScriptedProvider("a"), settings: settings, transport: transport)
            let dispatcher = Dispatcher(upstreams: ["a": upstream], board: board, environment: environment)
            let outcome = await dispatcher.dispatch(
                GenerationRequest(model: "m", prompt: "a cat"), route: [Candidate(provider: "a", upstreamModel: "m")],
                policy: FallbackPolicy())
            return .text(outcome.count.map { "\($0)" } ?? "failed")
        }
    }

    @Test func `a thousand image calls through the whole gateway bring no job from another thread`() async throws {
        let body = JSONValue.object(["model": "cat-1", "prompt": "a cat", "response_format": "b64_ephemeral"]).serialized()
        let server = try await gateway { client, url in
            let settings = ProviderSettings(name: "a", type: "scripted")
            let transport = Redirected(url: url, upstream: HTTPUpstream(client: client, settings: settings))
            let handler = GatewayHandler(.make(transport: transport))
            var head = HTTPRequestHead(method: .post, target: "/v1/images/generations")
            head.fields = [.contentType: "application/json", .authorization: "Bearer key-of-alice"]
            let request = HTTPRequest(head: head, body: .stream(PieceStream(body), length: body.count))
            let response = await handler.respond(to: request)
            response.onEnd?(HTTPDelivery(bodyBytes: 0, isComplete: true))
            return .text(response.status == 200 ? "1" : "failed")
        }
        #expect(try await crossings(of: server) == 0)
    }
}

/// Sends everything to one address.
private struct Redirected: UpstreamTransport {
    let url: HTTPURL
    let upstream: HTTPUpstream

    func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        var request = request
        request.url = url
        return await upstream.send(request, to: provider, freshConnection: freshConnection, deadline: deadline)
    }
}
