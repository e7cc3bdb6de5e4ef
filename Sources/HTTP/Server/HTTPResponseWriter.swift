import Transport

/// Writes the responses of one loop: framing, compression, back-pressure.
final class HTTPResponseWriter: Sendable {
    private let rate: MinimumRate
    private let standing: StandingFields

    /// Unsent bytes above which writing waits for the client.
    private static let sendAhead = 256 * 1024
    /// Bodies up to this many bytes go out in one piece with their head.
    private static let inlineBody = 64 * 1024

    init(_ settings: HTTPServerSettings) {
        rate = settings.rate
        standing = StandingFields(server: settings.name)
    }

    /// True when every byte was handed to the socket.
    /// - Parameters:
    ///   - request: nil when there was none that could be read.
    ///   - received: bytes of its body.
    func write(
        _ response: consuming HTTPResponse, for request: HTTPRequest?, received: Int = 0, closes: Bool, on connection: Connection
    ) async -> Bool {
        if let request, let coding = ContentEncoder.coding(of: &response, for: request) { response.body = await coding.encode() }
        let framing = ResponseFraming(response, for: request, closes: closes)
        var sent = await send(
            headBytes(of: response, framing), framing.sendsBody ? response.body : .none, isChunked: framing.isChunked, on: connection)
        sent.receivedBytes = received
        response.onEnd?(sent)
        return sent.isComplete && !framing.endsByClosing
    }

    private func headBytes(of response: HTTPResponse, _ framing: ResponseFraming) -> [UInt8] {
        let standing = standing.lines()
        let body = min(framing.length ?? 0, HTTPResponseWriter.inlineBody)
        var room = ByteRoom(response.fields.room.count + standing.count + 128, capacity: body)
        HTTP1Serializer.appendStatusLine(response.status, to: &room)
        framing.append(response.fields, to: &room)
        room.append(standing)
        room.appendLineEnd()
        return room.finish()
    }

    @inline(__always)
    private func send(
        _ head: consuming [UInt8], _ body: HTTPBody, isChunked: Bool, on connection: Connection
    ) async -> HTTPDelivery {
        var delivery = HTTPDelivery(bodyBytes: 0, isComplete: false)
        do {
            switch body {
            case .none: connection.write(head)
            case .pieces(let pieces): try await send(head, pieces, on: connection, &delivery.bodyBytes)
            case .stream(let stream, let length):
                connection.write(head)
                try await send(stream, length: length, isChunked: isChunked, on: connection, &delivery.bodyBytes)
            }
            if connection.unsentCount > 0 { try await flush(connection, below: 0) }
            delivery.isComplete = connection.failure == nil
        } catch {}
        return delivery
    }

    private func send(
        _ first: consuming [UInt8], _ pieces: [ByteSource], on connection: Connection, _ sent: inout Int
    ) async throws {
        for piece in pieces {
            switch piece {
            case .bytes(let bytes) where bytes.count <= HTTPResponseWriter.inlineBody && !first.isEmpty: first.append(contentsOf: bytes)
            case .bytes(let bytes):
                writeOut(&first, on: connection)
                connection.write(bytes)
            case .file(let file, let range):
                writeOut(&first, on: connection)
                connection.write(file, range)
            }
            sent += piece.count
            if connection.unsentCount > HTTPResponseWriter.sendAhead {
                try await flush(connection, below: HTTPResponseWriter.sendAhead)
            }
        }
        writeOut(&first, on: connection)
    }

    private func writeOut(_ bytes: inout [UInt8], on connection: Connection) {
        guard !bytes.isEmpty else { return }
        connection.write(bytes)
        bytes = []
    }

    private func send(
        _ stream: any HTTPBodyStream, length: Int?, isChunked: Bool, on connection: Connection, _ sent: inout Int
    ) async throws {
        while let bytes = try await stream.next() {
            // RFC 9112 §6.3: one byte more or less than announced, and the next answer is read wrong.
            if let length, sent + bytes.count > length { throw WrongLength() }
            var chunk: [UInt8] = []
            if isChunked { HTTP1Serializer.appendChunkStart(bytes.count, to: &chunk) }
            chunk.append(contentsOf: bytes)
            if isChunked { HTTP1Serializer.appendChunkEnd(to: &chunk) }
            connection.write(chunk)
            sent += bytes.count
            guard connection.failure == nil else { throw ConnectionError(.closed, "the client is gone") }
            if connection.unsentCount > HTTPResponseWriter.sendAhead {
                try await flush(connection, below: HTTPResponseWriter.sendAhead)
            }
        }
        if let length, sent < length { throw WrongLength() }
        if isChunked {
            var last: [UInt8] = []
            HTTP1Serializer.appendLastChunk(to: &last)
            connection.write(last)
        }
    }

    /// Waits for the client to take bytes, at least at the minimum rate.
    @inline(__always)
    private func flush(_ connection: Connection, below limit: Int) async throws {
        let step = HTTPResponseWriter.sendAhead
        let start = Instant.now
        var moved = 0
        while connection.unsentCount > limit {
            let before = connection.unsentCount
            let deadline = rate.deadline(since: start, moved: moved)
            try await connection.flush(below: max(limit, before - step), deadline: deadline)
            moved += before - connection.unsentCount
        }
    }
}

/// A stream that is longer or shorter than it said.
private struct WrongLength: Error {}
