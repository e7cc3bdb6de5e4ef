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
            return await exchange(request, on: connection)
        }
        switch await connector.connect(request) {
        case .success(let connection):
            let new = HTTPClientConnection(loop, connection, key: key, staleTime: staleTime, tally: request.tally)
            return await exchange(request, on: new)
        case .failure(let error): return .failure(Task.isCancelled ? HTTPClientError(.cancelled, "cancelled") : error)
        }
    }

    /// All addresses of a host.
    package func resolve(_ host: String, deadline: ContinuousClock.Instant) async -> Result<[SocketAddress], ConnectionError> {
        do throws(ConnectionError) {
            return .success(try await connector.resolver.resolve(host, port: 0, on: loop, deadline: deadline))
        } catch { return .failure(error) }
    }

    /// Idle connections, for metrics and tests.
    package var idleConnections: Int { pool.count }

    private func exchange(
        _ request: HTTPClientRequest, on connection: HTTPClientConnection
    ) async -> Result<HTTPClientResponse, HTTPClientError> {
        let loop = loop
        let number = begin(request, on: connection)
        return await withTaskCancellationHandler {
            await connection.exchange(request)
        } onCancel: {
            loop.execute { connection.assumeIsolated { $0.abort(exchange: number) } }
        }
    }

    private func begin(_ request: HTTPClientRequest, on connection: HTTPClientConnection) -> Int {
        connection.assumeIsolated { connection in
            connection.begin(request) { [weak self] connection in self?.assumeIsolated { $0.giveBack(connection) } }
        }
    }

    private func takeIdle(_ key: PoolKey) -> HTTPClientConnection? {
        while let connection = pool.take(key) {
            if connection.assumeIsolated({ $0.wake() }) { return connection }
        }
        return nil
    }

    private func giveBack(_ connection: HTTPClientConnection) {
        let isKept = connection.assumeIsolated { connection in
            connection.rest { [weak self, weak connection] in
                guard let self, let connection else { return }
                self.assumeIsolated { $0.pool.remove(connection) }
            }
        }
        guard isKept else { return }
        pool.put(connection, now: .now)
        if sweeper == nil { startSweeping() }
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
