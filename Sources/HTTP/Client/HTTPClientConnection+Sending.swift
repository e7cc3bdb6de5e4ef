import Transport

extension HTTPClientConnection {
    /// Unsent bytes above which sending waits for the upstream.
    private static let sendAhead = 256 * 1024
    /// Bodies up to this many bytes go out in one piece with their head.
    private static let inlineBody = 64 * 1024

    /// Sends as much as may wait unsent.
    /// - Returns: the first piece of the body that has not been written; nil where nothing has to be waited for.
    @inline(never)
    func send(_ call: HTTPClientCall) -> Int? {
        let pieces = call.request.body.pieceList
        var bytes = RequestHeadWriter.bytes(for: call.request, room: min(call.request.body.length ?? 0, Self.inlineBody))
        tally?.sent(bytes.count)
        for index in pieces.indices {
            if case .bytes(let content) = pieces[index], content.count <= Self.inlineBody, !bytes.isEmpty {
                tally?.sent(content.count)
                bytes += content
                continue
            }
            writeOut(&bytes)
            write(pieces[index])
            if connection.unsentCount > Self.sendAhead { return index + 1 }
        }
        writeOut(&bytes)
        let isEnough = connection.unsentCount <= Self.sendAhead && !call.hasFailPoint
        return isEnough ? nil : pieces.count
    }

    /// Sends what did not go out at once.
    /// - Parameter index: of the next piece of the body.
    @inline(never)
    func sendRest(of call: HTTPClientCall, from index: Int) async throws(HTTPClientError) {
        let pieces = call.request.body.pieceList
        guard try await drain(below: Self.sendAhead) else { return }
        for piece in pieces.dropFirst(index) {
            write(piece)
            guard try await drain(below: Self.sendAhead) else { return }
        }
        guard call.hasFailPoint else { return }
        _ = try await drain(below: 0)
        FailPoint.reach(.lastByte)
    }

    private func write(_ piece: ByteSource) {
        tally?.sent(piece.count)
        switch piece {
        case .bytes(let content): connection.write(content)
        case .file(let file, let range): connection.write(file, range)
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
}

extension HTTPClientCall {
    /// The process may have to end with the last byte.
    fileprivate var hasFailPoint: Bool { request.method == .post && FailPoint.isSet(.lastByte) }
}
