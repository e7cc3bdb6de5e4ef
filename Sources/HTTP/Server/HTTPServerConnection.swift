import Synchronization
import Transport

/// Serves the requests of one connection, one after the other.
actor HTTPServerConnection {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let connection: Connection
    let settings: HTTPServerSettings
    let handler: any HTTPHandler
    private let writer: HTTPResponseWriter
    /// Like `exchange` used step by step, never within its own use, and so without run-time checks of exclusivity.
    @exclusivity(unchecked) var parser: HTTP1Parser
    @exclusivity(unchecked) var exchange = Exchange()
    /// Even while a request's body is read, odd after its end: so the body stream of an earlier one can be told that it is too late.
    nonisolated let number = Atomic(0)
    private(set) var isDraining = false
    private var isServing = false
    private var task: Task<Void, Never>?
    private var hangUpTimer: LoopTimer?
    /// When the head began that is being read; nil: it has not.
    private var headStarted: Instant?

    /// What is known of the request in hand.
    struct Exchange {
        var bodyEnded = false
        var awaitsContinue = false
        /// The client went away inside the body, or was too slow.
        var isLost = false
        var started = Instant.now
        var received = 0
        /// Of the body, without framing.
        var bodyBytes = 0
    }

    /// A client that ends its side may still be reading; after this pause it counts as gone.
    private static let hangUpGrace = Duration.milliseconds(500)

    init(_ loop: EventLoop, accepted descriptor: Int32, settings: HTTPServerSettings, handler: any HTTPHandler, writer: HTTPResponseWriter)
    {
        self.loop = loop
        self.settings = settings
        self.handler = handler
        connection = Connection(loop, accepted: descriptor)
        self.writer = writer
        parser = HTTP1Parser(.requests, limits: settings.limits)
    }

    isolated deinit {
        connection.close()
    }

    /// Starts the task that serves; `ended` is called on the loop when the connection is closed.
    func start(ended: @escaping @Sendable () -> Void) {
        task = Task(executorPreference: loop) {
            await self.run()
            ended()
        }
    }

    /// Lets the request in hand finish and closes then; an idle connection closes at once.
    func drain() {
        isDraining = true
        if !isServing { connection.fail(ConnectionError(.closed, "the server is stopping")) }
    }

    /// Closes without regard for what runs.
    func abort() {
        task?.cancel()
        connection.fail(ConnectionError(.cancelled, "the server is stopping"))
    }

    private func run() async {
        defer {
            hangUpTimer = nil
            connection.close()
        }
        if let tls = settings.tls, await !accept(tls) { return }
        connection.onHangUp = { [weak self] in self?.assumeIsolated { $0.peerEnded() } }
        while !isDraining, let request = await nextRequest() {
            isServing = true
            if !connection.isOpen { peerEnded() }
            let goesOn = await serve(request)
            isServing = false
            guard goesOn else { return await linger() }
        }
    }

    @inline(never)
    private func accept(_ tls: TLSContext) async -> Bool {
        do {
            try await connection.acceptTLS(tls, deadline: .now + settings.headerTimeout)
            return true
        } catch { return false }
    }

    private func peerEnded() {
        guard isServing else { return }
        let timer = LoopTimer(loop) { [weak self] in self?.assumeIsolated { $0.task?.cancel() } }
        timer.schedule(after: connection.failure == nil ? HTTPServerConnection.hangUpGrace : .zero)
        hangUpTimer = timer
    }

    // MARK: Heads

    /// nil when the connection is to be closed: the peer has ended, was too slow, or sent what is no request and was told so.
    @inline(__always)
    private func nextRequest() async -> HTTPRequest? {
        headStarted = nil
        if number.load(ordering: .relaxed) == 0 || !parser.isIdle { noteHeadStart() }
        while true {
            do throws(HTTPParseError) {
                if let request = try arrivedRequest() { return request }
            } catch { return await refuse(.malformed(error)) }
            do throws(ConnectionError) {
                guard let bytes = try await connection.read(deadline: headDeadline) else { return nil }
                noteHeadStart()
                parser.append(bytes)
            } catch {
                return error.kind == .timedOut && !parser.isIdle ? await refuse(.headTimeout) : nil
            }
        }
    }

    // Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func noteHeadStart() {
        if headStarted == nil { headStarted = .now }
    }

    private var headDeadline: Instant {
        @inline(never) get { headStarted.map { $0 + settings.headerTimeout } ?? .now + settings.idleTimeout }
    }

    /// nil: more bytes are needed.
    @inline(never)
    private func arrivedRequest() throws(HTTPParseError) -> HTTPRequest? {
        guard case .requestHead(let head, let framing) = try parser.next() else { return nil }
        number.store((number.load(ordering: .relaxed) | 1) + 1, ordering: .relaxed)
        exchange = Exchange(
            awaitsContinue: framing != .none && head.version == .http1_1 && head.fields.hasToken("100-continue", in: .expect))
        return HTTPRequest(head: head, body: body(framing), isSecure: settings.tls != nil)
    }

    @inline(never)
    private func refuse(_ reason: HTTPRefusal) async -> HTTPRequest? {
        _ = await writer.write(handler.refuse(reason), for: nil, closes: true, on: connection)
        await linger()
        return nil
    }

    // MARK: One request

    /// False when the connection must close.
    @inline(__always)
    private func serve(_ request: HTTPRequest) async -> Bool {
        guard expects(request.head) else { return await answer(handler.refuse(.unknownExpectation), to: request) }
        return await answer(await handler.respond(to: request), to: request)
    }

    /// A frame of its own: it is not there while the handler waits.
    @inline(never)
    private func answer(_ response: consuming HTTPResponse, to request: HTTPRequest) async -> Bool {
        let canGoOn = exchange.bodyEnded ? true : await skipArrivedBody()
        let closes = !canGoOn || closes(after: request.head)
        let isComplete = await writer.write(response, for: request, received: exchange.bodyBytes, closes: closes, on: connection)
        guard isComplete, !closes, !Task.isCancelled else { return false }
        return exchange.bodyEnded ? true : await skipRestOfBody()
    }

    /// Nothing but what can be done.
    @inline(never)
    private func expects(_ head: HTTPRequestHead) -> Bool {
        guard let expectation = head.fields[.expect] else { return true }
        return expectation.lowercased() == "100-continue"
    }

    @inline(never)
    private func closes(after head: HTTPRequestHead) -> Bool {
        isDraining || !head.fields.keepsAlive(head.version)
    }
}
