import Glibc
package import Transport

extension EventLoop {
    /// A loop that serves, for all tests that do not count what crosses threads.
    package static let testServers = started("test servers")
    /// A loop on which tests send.
    package static let testClients = started("test clients")

    /// A new loop with its thread running. From then on writing to a closed socket is an error, not the end of the process.
    package static func started(_ name: String) -> EventLoop {
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop(name: name)
        loop.start()
        return loop
    }
}

/// A free port of the loopback address.
package func loopback(port: Int = 0) throws(ConnectionError) -> SocketAddress {
    guard let address = SocketAddress(ip: [127, 0, 0, 1], port: port) else { throw ConnectionError(.resolution, "no such port") }
    return address
}

/// Looks every millisecond whether something has become true.
/// - Returns: false when it has not within the limit.
package func eventually(within limit: Duration = .seconds(10), _ condition: () async -> Bool) async -> Bool {
    let end = Instant.now + limit
    while Instant.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return await condition()
}
