package import Transport

/// Limits and deadlines of the server.
package struct HTTPServerSettings: Sendable {
    package var limits: HTTPLimits
    /// Over all loops.
    package var maximumConnections: Int
    /// From the first byte of a request to the end of its head; also for the TLS handshake.
    package var headerTimeout: Duration
    /// Between requests.
    package var idleTimeout: Duration
    package var rate: MinimumRate
    package var tls: TLSContext?
    /// The value of the `server` field.
    package var name: String

    package init(
        limits: HTTPLimits = HTTPLimits(), maximumConnections: Int = 20_000, headerTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(75), rate: MinimumRate = MinimumRate(), tls: TLSContext? = nil, name: String = "zoetrope"
    ) {
        self.limits = limits
        self.maximumConnections = maximumConnections
        self.headerTimeout = headerTimeout
        self.idleTimeout = idleTimeout
        self.rate = rate
        self.tls = tls
        self.name = name
    }
}

/// How slow a peer may be: whoever has moved `n` bytes since `start` must move the next before `deadline(since: start, moved: n)`.
package struct MinimumRate: Sendable {
    /// A pause that is always allowed.
    package var grace: Duration
    package var bytesPerSecond: Int

    package init(grace: Duration = .seconds(20), bytesPerSecond: Int = 1024) {
        self.grace = grace
        self.bytesPerSecond = bytesPerSecond
    }

    package func deadline(since start: Instant, moved bytes: Int) -> Instant {
        start + grace + .seconds(bytes / bytesPerSecond)
    }
}
