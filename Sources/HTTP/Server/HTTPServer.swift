package import Transport

/// Listens on all loops and serves each connection on the loop that accepted it.
package final class HTTPServer: Sendable {
    private let loops: [HTTPServerLoop]
    private let count: ConnectionCount

    package init(loops: [EventLoop], settings: HTTPServerSettings) {
        let count = ConnectionCount(limit: settings.maximumConnections)
        self.count = count
        self.loops = loops.map { HTTPServerLoop($0, settings: settings, open: count) }
    }

    /// Binds an address on every loop (a Unix address on the first alone); tells the address with its real port. Clients wait until `start`.
    package func listen(on address: SocketAddress) async throws(ConnectionError) -> SocketAddress {
        try Listener.ensureFree(address)
        var bound = address
        for loop in address.isUnix ? Array(loops.prefix(1)) : loops { bound = try await loop.listen(on: bound) }
        return bound
    }

    /// Begins to accept.
    /// - Parameter handler: makes the handler of each loop.
    package func start(_ handler: @Sendable (EventLoop) async -> any HTTPHandler) async {
        for loop in loops { await loop.start(await handler(loop.loop)) }
    }

    /// Stops accepting, lets running requests finish, and closes what is left at the deadline.
    package func drain(deadline: Instant) async {
        for loop in loops { await loop.drain() }
        while Instant.now < deadline {
            guard await openConnections() > 0 else { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
        for loop in loops { await loop.abort() }
    }

    /// For metrics; asks no loop.
    package var connections: ServerConnections { count.connections }

    package func openConnections() async -> Int {
        var count = 0
        for loop in loops { count += await loop.openConnections }
        return count
    }
}
