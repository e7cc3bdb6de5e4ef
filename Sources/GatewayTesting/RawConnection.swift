import HTTP
package import Transport

/// One end of a connection whose bytes a test chooses itself.
package actor RawConnection {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let connection: Connection
    var requests = HTTP1Parser(.requests)
    var responses = HTTP1Parser(.responses)

    init(_ loop: EventLoop, _ connection: sending Connection) {
        self.loop = loop
        self.connection = connection
    }

    isolated deinit {
        connection.close()
    }

    /// Connects as a client.
    /// - Parameter tls: for a TLS handshake with a server called `localhost`.
    package static func connect(
        to address: SocketAddress, tls: TLSContext? = nil, on loop: EventLoop = .testClients
    ) async throws -> RawConnection {
        try await Task(executorPreference: loop) {
            let deadline = Instant.now + .seconds(20)
            let connection = try await Connection.connect(to: address, on: loop, deadline: deadline)
            if let tls { try await connection.startTLS(tls, serverName: "localhost", deadline: deadline) }
            return RawConnection(loop, connection)
        }.value
    }

    func acceptTLS(_ tls: TLSContext) async throws {
        try await connection.acceptTLS(tls, deadline: deadline)
    }

    private var deadline: Instant { .now + .seconds(20) }

    /// Queues text for the socket.
    package func send(_ text: String) {
        connection.write(Array(text.utf8))
    }

    /// Queues bytes for the socket.
    package func send(_ bytes: [UInt8]) {
        connection.write(bytes)
    }

    /// Waits until the socket has taken everything.
    /// - Returns: false when the peer does not read, or is gone.
    package func flush(within limit: Duration = .seconds(20)) async -> Bool {
        do {
            try await connection.flush(deadline: .now + limit)
            return true
        } catch { return false }
    }

    /// Bytes queued that the socket has not taken.
    package var unsentCount: Int { connection.unsentCount }

    /// Says that no more will come, and goes on reading.
    package func endWriting() async {
        _ = await flush()
        connection.endWriting()
    }

    /// Closes at once; what is queued is lost.
    package func close() {
        connection.close()
    }

    /// What ALPN has chosen; nil without TLS.
    package var applicationProtocol: String? { connection.applicationProtocol }
    /// As OpenSSL calls it; nil without TLS.
    package var tlsVersion: String? { connection.tlsVersion }
    /// Whether TLS went on with an earlier connection's session.
    package var isResumed: Bool { connection.isResumed }

    /// The next bytes; nil when the peer has ended its side.
    package func read() async throws -> ArraySlice<UInt8>? {
        try await connection.read(deadline: deadline)
    }

    /// All text up to the end of the peer's side, its reset included.
    package func readToEnd() async -> String {
        var bytes: [UInt8] = []
        while let more = try? await connection.read(deadline: deadline) { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Text up to and with a mark; up to the end where it does not come.
    package func read(through mark: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(mark), let more = try await read() { text += String(decoding: more, as: UTF8.self) }
        return text
    }

    /// Whether the peer closes in time; what it sends before is dropped.
    package func closes(within limit: Duration = .seconds(20)) async -> Bool {
        let end = Instant.now + limit
        do throws(ConnectionError) {
            while try await connection.read(deadline: end) != nil {}
            return true
        } catch { return error.kind != .timedOut }
    }
}
