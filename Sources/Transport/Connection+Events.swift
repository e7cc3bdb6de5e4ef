/// What the socket's events lead to, always from the loop and never from within a call of the connection's owner.
extension Connection {
    func readable() {
        guard isEstablished else { return proceed() }
        receive()
        pauseIfAhead()
        wakeReader()
        guard writesOnInput else { return }
        writesOnInput = false
        transmit()
    }

    func writable() {
        guard isEstablished else { return proceed() }
        if readsOnOutput {
            readsOnOutput = false
            receive()
            wakeReader()
        }
        transmit()
    }

    /// Sends what tasks have written in this turn of the loop.
    func sendTurn() {
        isTurnAwaited = false
        guard failure == nil, !writesOnInput else { return }
        transmit()
    }

    /// Takes what has come from the socket, up to the read-ahead.
    private func receive() {
        let scratch = loop.scratch
        while unreadCount < Connection.readAhead, let outcome = socket?.receive(into: scratch) {
            switch outcome {
            case .moved(let count):
                append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
                // The kernel has no more for now. Of a TLS session only the next call can tell.
                if count < scratch.count, socket?.session == nil { return }
            case .waitsForInput: return
            case .waitsForOutput: return waitForOutput()
            case .ended: return ended()
            case .failed(let error): return broke(error)
            }
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        if input.isEmpty { input = Array(bytes) } else { input.append(contentsOf: bytes) }
    }

    private func waitForOutput() {
        readsOnOutput = true
        socket?.watchOutput(true)
    }

    /// Sends what is queued, as far as the socket takes it.
    private func transmit() {
        var room = Connection.sendAtOnce
        while room > 0, let piece = output.first, let outcome = socket?.send(piece) {
            switch outcome {
            case .moved(let count):
                output.dropFirst(count)
                room -= count
            case .waitsForOutput: room = 0
            case .waitsForInput:
                writesOnInput = true
                room = 0
            case .ended: return lostPeer(ConnectionError(.reset, "the peer closed the connection"))
            case .failed(let error): return lostPeer(error)
            }
        }
        socket?.watchOutput(readsOnOutput || !output.isEmpty && !writesOnInput)
        if unsentCount <= flushLimit { wakeWriter() }
    }

    private func ended() {
        isEnded = true
        socket?.watchInput(false)
        tellHangUp()
    }

    private func broke(_ error: ConnectionError) {
        fail(error)
        tellHangUp()
    }

    /// What the peer sent before it reset the connection is still with the kernel when a write fails first.
    private func lostPeer(_ error: ConnectionError) {
        if socket?.session == nil { receive() }
        broke(error)
    }
}

extension Socket {
    /// Sends a part of the piece, at most what one turn allows.
    func send(_ piece: OutputQueue.Piece) -> SocketOutcome {
        switch piece {
        case .bytes(let bytes): send(bytes)
        case .file(let file, let range): send(file, range.prefix(Connection.sendAtOnce))
        }
    }

    func send(_ bytes: ArraySlice<UInt8>) -> SocketOutcome {
        bytes.prefix(Connection.sendAtOnce).withUnsafeBytes { send($0) }
    }
}
