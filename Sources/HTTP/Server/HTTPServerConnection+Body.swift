import Synchronization
import Transport

extension HTTPServerConnection {
    /// Unread body bytes that are read and thrown away so that the connection can go on.
    private static let skippable = 256 * 1024
    /// How long, with which pauses, and how much a closing connection still reads, so that the client gets to see the answer before a reset.
    private static let lingerTime = Duration.seconds(30)
    private static let lingerPause = Duration.seconds(2)
    private static let lingerBytes = 64 * 1024 * 1024

    /// The body of the request whose head was read last.
    func body(_ framing: BodyFraming) -> HTTPBody {
        let length: Int? = if case .length(let count) = framing { count } else { nil }
        guard let content = parser.takeContent() else {
            return .stream(RequestBodyStream(connection: self, exchange: number.load(ordering: .relaxed)), length: length)
        }
        exchange.bodyEnded = true
        exchange.bodyBytes = content.count
        return framing == .none ? .none : .stream(ArrivedBodyStream(content), length: length)
    }

    /// What is there of the body.
    func arrivedContent() -> Result<ArrivedBody?, RequestBodyError> {
        Result { () throws(RequestBodyError) in try arrivedBody() }
    }

    private func arrivedBody() throws(RequestBodyError) -> ArrivedBody? {
        if !exchange.bodyEnded, let bytes = try parseBody() { return .bytes(bytes) }
        return exchange.bodyEnded ? .end : nil
    }

    /// The body's next bytes; nil at its end.
    func nextBodyBytes(of exchange: Int) async throws(RequestBodyError) -> ArraySlice<UInt8>? {
        try hasEnded(exchange) ? nil : await nextBodyBytes()
    }

    /// Whether the body was read to its end.
    /// - Throws: `tooLate` once a later request has begun.
    nonisolated func hasEnded(_ exchange: Int) throws(RequestBodyError) -> Bool {
        switch number.load(ordering: .relaxed) {
        case exchange: false
        case exchange + 1: true
        case _: throw .tooLate
        }
    }

    private func bodyEnded() {
        exchange.bodyEnded = true
        number.add(1, ordering: .relaxed)
    }

    private func nextBodyBytes() async throws(RequestBodyError) -> ArraySlice<UInt8>? {
        while true {
            switch try arrivedBody() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case nil: try await readMoreBody()
            }
        }
    }

    /// nil when more bytes are needed, or at the end.
    private func parseBody() throws(RequestBodyError) -> ArraySlice<UInt8>? {
        do throws(HTTPParseError) {
            switch try parser.next() {
            case .body(let bytes):
                exchange.bodyBytes += bytes.count
                // Where the length was told, the last bytes are the end.
                if parser.takeContent() != nil { bodyEnded() }
                return bytes
            case .end: bodyEnded()
            case .needsMore: break
            case .requestHead, .responseHead: preconditionFailure("a head inside a body")
            }
            return nil
        } catch { throw .malformed(error) }
    }

    private func readMoreBody() async throws(RequestBodyError) {
        if exchange.awaitsContinue {
            exchange.awaitsContinue = false
            // RFC 9110 §10.1.1: asked for only now, when whoever reads has accepted the head.
            if connection.unreadCount == 0 { connection.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        }
        do throws(ConnectionError) {
            let deadline = settings.rate.deadline(since: exchange.started, moved: exchange.received)
            guard let bytes = try await connection.read(deadline: deadline) else {
                throw ConnectionError(.reset, "the client ended inside a body")
            }
            exchange.received += bytes.count
            parser.append(bytes)
        } catch {
            exchange.isLost = true
            throw .lost(error)
        }
    }

    /// Throws away what has come of what the handler left, without waiting: the answer is ready.
    /// - Returns: false when the rest may be too much, and the connection has to close.
    func skipArrivedBody() async -> Bool {
        if exchange.awaitsContinue || exchange.isLost { return false }
        var skipped = 0
        do throws(RequestBodyError) {
            while !exchange.bodyEnded, skipped < HTTPServerConnection.skippable {
                if let bytes = try parseBody() {
                    skipped += bytes.count
                } else if !exchange.bodyEnded {
                    if connection.unreadCount == 0 { break }
                    try await readMoreBody()
                }
            }
        } catch { return false }
        if exchange.bodyEnded { return true }
        guard case .body(let remaining) = parser.phase else { return false }
        return remaining <= HTTPServerConnection.skippable
    }

    /// Reads to the end of the body, after the answer; false when that is too much.
    func skipRestOfBody() async -> Bool {
        var skipped = 0
        do {
            while skipped < HTTPServerConnection.skippable {
                guard let bytes = try await nextBodyBytes() else { return true }
                skipped += bytes.count
            }
        } catch {}
        return false
    }

    /// Closes so that the client can read the answer: ends our side, then reads on for a moment.
    func linger() async {
        guard connection.isOpen else { return }
        let deadline = Instant.now + HTTPServerConnection.lingerTime
        // An answer that was broken off has not been flushed.
        guard (try? await connection.flush(deadline: .now + HTTPServerConnection.lingerPause)) != nil else { return }
        connection.endWriting()
        var discarded = 0
        while discarded < HTTPServerConnection.lingerBytes {
            let next = min(deadline, .now + HTTPServerConnection.lingerPause)
            guard let bytes = try? await connection.read(deadline: next) else { return }
            discarded += bytes.count
        }
    }
}
