import Synchronization
package import Transport

/// The body of one request, read from its connection as the handler asks.
struct RequestBodyStream: HTTPBodyStream {
    let connection: HTTPServerConnection
    let exchange: Int

    func arrived() throws -> ArrivedBody? {
        guard connection.isCurrent(exchange) else { throw RequestBodyError.tooLate }
        guard connection.loop.isCurrent else { return nil }
        return try connection.assumeIsolated { $0.arrivedContent() }.get()
    }

    func next() async throws -> ArraySlice<UInt8>? {
        try await connection.nextBodyBytes(of: exchange)
    }
}

/// Why a request's body could not be read to its end.
package enum RequestBodyError: Error, Sendable, Hashable {
    /// The client went away, or was too slow.
    case lost(ConnectionError)
    /// Broken framing, or too large.
    case malformed(HTTPParseError)
    /// The request was answered already.
    case tooLate
}

extension HTTPServerConnection {
    /// Unread body bytes that are read and thrown away so that the connection can go on.
    private static let skippable = 256 * 1024
    /// How long, with which pauses, and how much a closing connection still reads, so that the client gets to see the answer before a reset.
    private static let lingerTime = Duration.seconds(30)
    private static let lingerPause = Duration.seconds(2)
    private static let lingerBytes = 64 * 1024 * 1024

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
        guard isCurrent(exchange) else { throw .tooLate }
        return try await nextBodyBytes()
    }

    /// Whether no later request has begun.
    nonisolated func isCurrent(_ exchange: Int) -> Bool { number.load(ordering: .relaxed) == exchange }

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
                return bytes
            case .end: exchange.bodyEnded = true
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
