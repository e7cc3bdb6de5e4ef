import Synchronization
import Transport

/// A connection to an upstream: one exchange at a time.
actor HTTPClientConnection {
    nonisolated let loop: EventLoop
    nonisolated let key: PoolKey
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let connection: Connection
    /// Takes the connection back after each exchange.
    private weak let client: HTTPClient?
    private let staleTime: Duration
    /// Of whoever opened it.
    private let opener: ConnectionTally?
    /// Of the request in hand.
    private var tally: ConnectionTally?
    private var isResting = false
    /// Used step by step, never within its own use, and so without run-time checks of exclusivity.
    @exclusivity(unchecked) private var parser = HTTP1Parser(.responses, limits: HTTPLimits(head: 64 << 10))
    private var isReused = false
    private var isReusable = true
    private var isCancelled = false
    /// Counts exchanges, and ends of exchanges, so that what comes too late from an earlier one has no effect.
    nonisolated let number = Atomic(0)
    /// The final head, where it came before everything was sent.
    private var earlyHead: HTTPResponseHead?
    /// The first byte of the answer has come.
    private var hasAnswer = false
    /// When the last byte of the request was handed over; nil: it has not been.
    private var sentAt: Instant?
    private var deadline = Instant.now
    /// Of the content; nil: not told.
    private var contentLength: Int?

    /// Unsent bytes above which sending waits for the upstream.
    private static let sendAhead = 256 * 1024
    /// Bodies up to this many bytes go out in one piece with their head.
    private static let inlineBody = 64 * 1024

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
    func exchange(_ request: HTTPClientRequest) async -> Result<HTTPClientResponse, HTTPClientError>? {
        guard !isResting || wake() else { return nil }
        let number = begin(request)
        return await withTaskCancellationHandler {
            await answer(to: request)
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.abort(exchange: number) } }
        }
    }

    private func begin(_ request: HTTPClientRequest) -> Int {
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

    private func answer(to request: HTTPClientRequest) async -> Result<HTTPClientResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            try await sendAll(request)
            sentAt = .now
            let head = try await readHead()
            let body = try DecodedBodyStream.make(content(), head.fields, length: contentLength, request.maximumBody)
            return .success(HTTPClientResponse(head: head, body: body, length: contentLength))
        } catch {
            connection.close()
            return .failure(isCancelled || Task.isCancelled ? HTTPClientError(.cancelled, "cancelled") : error)
        }
    }

    @inline(__always)
    private func sendAll(_ request: HTTPClientRequest) async throws(HTTPClientError) {
        var bytes = RequestHeadWriter.bytes(for: request, room: min(request.body.length ?? 0, HTTPClientConnection.inlineBody))
        tally?.sent(bytes.count)
        for piece in request.body.pieceList {
            tally?.sent(piece.count)
            switch piece {
            case .bytes(let content) where content.count <= HTTPClientConnection.inlineBody && !bytes.isEmpty: bytes += content
            case .bytes(let content):
                writeOut(&bytes)
                connection.write(content)
            case .file(let file, let range):
                writeOut(&bytes)
                connection.write(file, range)
            }
            if connection.unsentCount > HTTPClientConnection.sendAhead {
                guard try await drain(below: HTTPClientConnection.sendAhead) else { return }
            }
        }
        writeOut(&bytes)
        if connection.unsentCount > HTTPClientConnection.sendAhead { _ = try await drain(below: HTTPClientConnection.sendAhead) }
        if request.method == .post, FailPoint.isSet(.lastByte) {
            _ = try await drain(below: 0)
            FailPoint.reach(.lastByte)
        }
    }

    private func writeOut(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        connection.write(bytes)
        bytes = []
    }

    /// False when the upstream answers before it has everything: then sending stops, and the connection is not used again.
    private func drain(below limit: Int) async throws(HTTPClientError) -> Bool {
        while connection.unsentCount > limit {
            do throws(ConnectionError) {
                try await connection.flush(below: limit, orInput: true, deadline: deadline)
            } catch { throw failure(error) }
            guard connection.unreadCount > 0, connection.unsentCount > limit else { continue }
            try await readMore()
            earlyHead = try parseHead()
            if earlyHead != nil {
                isReusable = false
                return false
            }
        }
        return true
    }

    @inline(__always)
    private func readHead() async throws(HTTPClientError) -> HTTPResponseHead {
        if let earlyHead { return earlyHead }
        while true {
            if let head = try parseHead() { return head }
            try await readMore()
        }
    }

    /// The final head if it is there; interim ones are passed over.
    private func parseHead() throws(HTTPClientError) -> HTTPResponseHead? {
        while true {
            switch try parse() {
            case .responseHead(let head, let framing):
                if head.status.code < 200 { continue }
                if case .length(let length) = framing { contentLength = length }
                if framing == .untilClose || !head.fields.keepsAlive(head.version) { isReusable = false }
                return head
            case .needsMore: return nil
            case .requestHead, .body, .end: throw HTTPClientError(.malformed, "unexpected bytes before a head")
            }
        }
    }

    /// The content of the answer whose head was read last; where it has come, too, the exchange has ended.
    private func content() -> any HTTPBodyStream {
        guard let content = parser.takeContent() else {
            return ResponseBodyStream(connection: self, exchange: number.load(ordering: .relaxed))
        }
        exchangeEnded()
        return ArrivedBodyStream(content)
    }

    /// What is there of the content. After an error the connection is closed.
    func arrivedContent() -> Result<ArrivedBody?, HTTPClientError> {
        do throws(HTTPClientError) { return .success(try arrivedBody()) } catch {
            connection.close()
            return .failure(error)
        }
    }

    private func arrivedBody() throws(HTTPClientError) -> ArrivedBody? {
        switch try parse() {
        case .body(let bytes):
            // Where the length was told, the last bytes are the end.
            if parser.takeContent() != nil { exchangeEnded() }
            return .bytes(bytes)
        case .end:
            exchangeEnded()
            return .end
        case .needsMore: return nil
        case .requestHead, .responseHead: throw HTTPClientError(.malformed, "a head inside a body")
        }
    }

    /// The content's next bytes; nil at its end, with the connection given back. After an error the connection is closed.
    func nextBodyBytes(of exchange: Int) async throws(HTTPClientError) -> ArraySlice<UInt8>? {
        guard isCurrent(exchange) else { return nil }
        do throws(HTTPClientError) { return try await nextBodyBytes() } catch {
            connection.close()
            throw error
        }
    }

    private func nextBodyBytes() async throws(HTTPClientError) -> ArraySlice<UInt8>? {
        while true {
            switch try arrivedBody() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case nil: if try await !readMore() { return nil }
            }
        }
    }

    private func exchangeEnded() {
        _ = nextNumber()
        if connection.unsentCount > 0 { isReusable = false }
        if isReusable, let client {
            if rest() { client.keep(self) }
        } else {
            connection.close()
        }
    }

    private func parse() throws(HTTPClientError) -> HTTP1Parser.Event {
        do throws(HTTPParseError) { return try parser.next() } catch {
            isReusable = false
            throw HTTPClientError(error.kind == .bodyTooLarge ? .tooLarge : .malformed, error.message)
        }
    }

    /// False when the close of the connection was the proper end of the content.
    @discardableResult
    @inline(__always)
    private func readMore() async throws(HTTPClientError) -> Bool {
        do throws(ConnectionError) {
            if let bytes = try await connection.read(deadline: deadline) {
                hasAnswer = true
                tally?.received(bytes.count)
                parser.append(bytes)
                return true
            }
        } catch { throw failure(error) }
        isReusable = false
        if !hasAnswer { throw failure(ConnectionError(.reset, "closed without an answer")) }
        do throws(HTTPParseError) { _ = try parser.finish() } catch { throw HTTPClientError(.reset, "the answer is cut short") }
        exchangeEnded()
        return false
    }

    private func failure(_ error: ConnectionError) -> HTTPClientError {
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
