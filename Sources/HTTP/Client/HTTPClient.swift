package import Transport

/// Sends requests from one loop over pooled keep-alive connections.
package actor HTTPClient {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let connector: Connector
    private var pool: ConnectionPool
    private var sweeper: LoopTimer?

    private let sweepInterval: Duration
    private let staleTime: Duration

    package init(_ loop: EventLoop, resolver: Resolver, limits: PoolLimits = PoolLimits()) {
        self.loop = loop
        connector = Connector(loop: loop, resolver: resolver)
        pool = ConnectionPool(limits: limits)
        staleTime = limits.staleTime
        sweepInterval = min(limits.idleTime, .seconds(5))
    }

    isolated deinit {
        sweeper = nil
    }

    /// Sends and waits for the head of the answer. Cancelling the task closes the connection.
    package func send(_ request: HTTPClientRequest) async -> Result<HTTPClientResponse, HTTPClientError> {
        let key = PoolKey(request)
        if !request.freshConnection, let connection = takeIdle(key) {
            request.tally?.reuse()
            return await connection.exchange(request)
        }
        switch await connector.connect(request) {
        case .success(let connection):
            let new = HTTPClientConnection(self, connection, key: key, staleTime: staleTime, tally: request.tally)
            return await new.exchange(request)
        case .failure(let error): return .failure(Task.isCancelled ? HTTPClientError(.cancelled, "cancelled") : error)
        }
    }

    /// All addresses of a host.
    package func resolve(_ host: String, deadline: Instant) async -> Result<[SocketAddress], ConnectionError> {
        do throws(ConnectionError) {
            return .success(try await connector.resolver.resolve(host, port: 0, on: loop, deadline: deadline))
        } catch { return .failure(error) }
    }

    /// Idle connections, for metrics and tests.
    package var idleConnections: Int { pool.count }

    private func takeIdle(_ key: PoolKey) -> HTTPClientConnection? {
        while let connection = pool.take(key) {
            if connection.assumeIsolated({ $0.wake() }) { return connection }
        }
        return nil
    }

    /// Keeps a connection that has become idle.
    func keep(_ connection: HTTPClientConnection) {
        pool.put(connection, now: .now)
        if sweeper == nil { startSweeping() }
    }

    /// Forgets an idle connection that its upstream has closed.
    func drop(_ connection: HTTPClientConnection) {
        pool.remove(connection)
    }

    private func startSweeping() {
        let timer = LoopTimer(loop) { [weak self] in self?.assumeIsolated { $0.sweep() } }
        timer.schedule(after: sweepInterval)
        sweeper = timer
    }

    private func sweep() {
        for connection in pool.expired(now: .now) { connection.assumeIsolated { $0.close() } }
        sweeper = nil
        if pool.count > 0 { startSweeping() }
    }
}
