package import Transport

/// A server on the loopback address that does with each connection what a test says; it listens as long as the process lives.
package final class FakeUpstream: Sendable {
    package let address: SocketAddress
    private let accepting: Accepting

    /// - Parameters:
    ///   - tls: handshakes as a server before `serve` runs.
    ///   - serve: gets each connection and its number from 1; what it throws ends the connection.
    package init(
        tls: TLSContext? = nil, on loop: EventLoop = .testServers,
        serve: @escaping @Sendable (RawConnection, Int) async throws -> Void
    ) async throws {
        let accepting = Accepting(loop, tls: tls, serve: serve)
        address = try await accepting.listen()
        self.accepting = accepting
    }

    /// Answers every request on every connection with these bytes.
    package convenience init(answering text: String, tls: TLSContext? = nil) async throws {
        try await self.init(tls: tls) { connection, _ in
            while true {
                _ = try await connection.readRequest()
                await connection.send(text)
            }
        }
    }

    /// Accepted so far.
    package var connections: Int {
        get async { await accepting.count }
    }

    package var port: Int { address.port }
}

/// The listener of a fake upstream on its loop.
private actor Accepting {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let tls: TLSContext?
    private let serve: @Sendable (RawConnection, Int) async throws -> Void
    private var listener: Listener?
    private(set) var count = 0

    init(_ loop: EventLoop, tls: TLSContext?, serve: @escaping @Sendable (RawConnection, Int) async throws -> Void) {
        self.loop = loop
        self.tls = tls
        self.serve = serve
    }

    func listen() throws -> SocketAddress {
        let listener = try Listener(loop, on: try loopback()) { descriptor in
            self.assumeIsolated { $0.accept(descriptor) }
        }
        listener.resume()
        self.listener = listener
        return listener.address
    }

    private func accept(_ descriptor: Int32) {
        count += 1
        let connection = RawConnection(loop, Connection(loop, accepted: descriptor))
        let (number, tls, serve) = (count, tls, serve)
        loop.spawn {
            do {
                if let tls { try await connection.acceptTLS(tls) }
                try await serve(connection, number)
            } catch {}
            _ = await connection.flush()
            await connection.close()
        }
    }
}
