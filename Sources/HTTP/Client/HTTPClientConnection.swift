import Synchronization
import Transport

/// A connection to an upstream: one exchange at a time.
actor HTTPClientConnection {
    nonisolated let loop: EventLoop
    nonisolated let key: PoolKey
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let connection: Connection
    /// Takes the connection back after each exchange.
    private weak let client: HTTPClient?
    private let staleTime: Duration
    /// Of whoever opened it.
    private let opener: ConnectionTally?
    /// Of the request in hand.
    var tally: ConnectionTally?
    private var isResting = false
    /// Used step by step, never within its own use, and so without run-time checks of exclusivity.
    @exclusivity(unchecked) var parser = HTTP1Parser(.responses, limits: HTTPLimits(head: 64 << 10))
    private var isReused = false
    var isReusable = true
    private var isCancelled = false
    /// Counts exchanges, and ends of exchanges, so that what comes too late from an earlier one has no effect.
    nonisolated let number = Atomic(0)
    /// The final head, where it came before everything was sent.
    var earlyHead: HTTPResponseHead?
    /// The first byte of the answer has come.
    var hasAnswer = false
    /// When the last byte of the request was handed over; nil: it has not been.
    private var sentAt: Instant?
    var deadline = Instant.now
    /// Of the content; nil: not told.
    var contentLength: Int?

    /// - Parameter staleTime: see `PoolLimits`.
    init(_ client: HTTPClient, _ connection: sending Connection, key: PoolKey, staleTime: Duration, tally: ConnectionTally?) {
        loop = client.loop
        self.client = client
        self.key = key
        self.staleTime = staleTime
        self.connection = connection
        opener = tally
        tally?.open()
    }

    isolated deinit {
        connection.close()
        if isResting { opener?.wake() }
        opener?.close()
    }

    func close() {
        connection.close()
    }

    /// Breaks an exchange off, unless it has ended.
    func abort(exchange: Int) {
        guard isCurrent(exchange) else { return }
        isCancelled = true
        connection.fail(ConnectionError(.cancelled, "cancelled"))
    }

    /// Becomes idle; false when it cannot be used again.
    private func rest() -> Bool {
        guard isReusable, connection.isOpen, connection.unreadCount == 0, parser.isIdle else { return false }
        isReused = true
        isResting = true
        opener?.rest()
        if connection.onHangUp == nil { connection.onHangUp = { [weak self] in self?.assumeIsolated { $0.hungUp() } } }
        return true
    }

    private func hungUp() {
        if isResting { client?.drop(self) }
    }

    /// Leaves the pool; false when the upstream has closed it, or sent what nobody asked for.
    private func wake() -> Bool {
        isResting = false
        opener?.wake()
        return connection.isOpen && connection.unreadCount == 0
    }

    // MARK: Exchange

    /// Sends and waits for the head of the answer. Cancelling the task breaks the exchange off.
    /// - Returns: nil where nothing was sent, for the connection had rested and cannot be used any more.
    func exchange(_ call: HTTPClientCall) async -> Result<HTTPClientResponse, HTTPClientError>? {
        guard !isResting || wake() else { return nil }
        let number = begin(call.request)
        return await withTaskCancellationHandler {
            await answer(to: call)
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.abort(exchange: number) } }
        }
    }

    private func begin(_ request: borrowing HTTPClientRequest) -> Int {
        deadline = request.deadline
        tally = request.tally
        if isReused { tally?.reuse() }
        parser.expectResponse(to: request.method)
        hasAnswer = false
        earlyHead = nil
        contentLength = nil
        sentAt = nil
        return nextNumber()
    }

    private func nextNumber() -> Int { number.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Whether an exchange has not ended.
    nonisolated func isCurrent(_ exchange: Int) -> Bool { number.load(ordering: .relaxed) == exchange }

    /// What waits is small: the rest is in functions of their own, whose values do not wait.
    private func answer(to call: HTTPClientCall) async -> Result<HTTPClientResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            let unsent = send(call)
            if unsent != nil { try await sendRest(of: call, from: unsent ?? 0) }
            sentAt = .now
            while true {
                if let response = try response(to: call) { return .success(response) }
                try await readMore()
            }
        } catch { return .failure(brokenOff(error)) }
    }

    @inline(never)
    private func brokenOff(_ error: HTTPClientError) -> HTTPClientError {
        connection.close()
        return isCancelled || Task.isCancelled ? HTTPClientError(.cancelled, "cancelled") : error
    }

    /// The last byte of the answer has come: gives the connection back.
    func exchangeEnded() {
        _ = nextNumber()
        if connection.unsentCount > 0 { isReusable = false }
        if isReusable, let client {
            if rest() { client.keep(self) }
        } else {
            connection.close()
        }
    }

    /// As the client tells it.
    @inline(never)
    func failure(_ error: ConnectionError) -> HTTPClientError {
        isReusable = false
        switch error.kind {
        case .timedOut: return HTTPClientError(.timedOut, "no answer in time")
        case .cancelled: return HTTPClientError(.cancelled, "cancelled")
        case .refused, .unreachable, .reset, .tls, .closed, .resolution:
            return HTTPClientError(isStale ? .stale : .reset, error.message)
        }
    }

    /// The upstream gave up a connection that had been idle, so that it has not begun with the request (RFC 9112 §9.3.1). Only while the
    /// request goes out and just after: one that closes later may have been at work, and what it made may be billed.
    private var isStale: Bool {
        guard isReused, !hasAnswer else { return false }
        guard let sentAt, connection.unsentCount == 0 else { return true }
        return Instant.now - sentAt < staleTime
    }
}
