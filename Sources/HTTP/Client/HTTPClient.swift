import Synchronization
package import Transport

/// Sends requests from one loop over pooled keep-alive connections.
package actor HTTPClient {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let connector: Connector
    /// Behind a lock that nobody contends for, so that connections of this loop come and go without entering the actor.
    private let pool: Mutex<ConnectionPool>
    private var sweeper: LoopTimer?

    private let sweepInterval: Duration
    private let staleTime: Duration

    package init(_ loop: EventLoop, resolver: Resolver, limits: PoolLimits = PoolLimits()) {
        self.loop = loop
        connector = Connector(loop: loop, resolver: resolver)
        pool = Mutex(ConnectionPool(limits: limits))
        staleTime = limits.staleTime
        sweepInterval = min(limits.idleTime, .seconds(5))
    }

    isolated deinit {
        sweeper = nil
    }

    /// Sends and waits for the head of the answer. Cancelling the task closes the connection.
    package nonisolated func send(_ request: HTTPClientRequest) async -> Result<HTTPClientResponse, HTTPClientError> {
        await send(HTTPClientCall(request))
    }

    /// The same of a request that need not be kept.
    package nonisolated func send(_ call: HTTPClientCall) async -> Result<HTTPClientResponse, HTTPClientError> {
        while true {
            let rested = rested(for: call)
            let connection: HTTPClientConnection
            if let rested {
                connection = rested
            } else {
                switch await open(call) {
                case .success(let opened): connection = opened
                case .failure(let error): return .failure(error)
                }
            }
            if let answer = await connection.exchange(call) { return answer }
            if rested == nil { return .failure(HTTPClientError(.unreachable, "closed")) }
        }
    }

    /// An idle connection that may serve the request.
    @inline(never)
    private nonisolated func rested(for call: HTTPClientCall) -> HTTPClientConnection? {
        guard !call.request.freshConnection else { return nil }
        let key = PoolKey(call.request)
        return pool.withLock { $0.take(key) }
    }

    /// Connects in a task of its own, whose stack ends with it: the caller's is kept until the answer is there.
    @inline(never)
    private nonisolated func open(_ call: HTTPClientCall) async -> Result<HTTPClientConnection, HTTPClientError> {
        let opening = loop.spawn { [self] in await opened(for: call) }
        return await withTaskCancellationHandler {
            await opening.value
        } onCancel: {
            opening.cancel()
        }
    }

    private nonisolated func opened(for call: HTTPClientCall) async -> Result<HTTPClientConnection, HTTPClientError> {
        switch await connector.connect(call.request) {
        case .success(let connection):
            let (key, tally) = (PoolKey(call.request), call.request.tally)
            return .success(HTTPClientConnection(self, connection, key: key, staleTime: staleTime, tally: tally))
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
    package var idleConnections: Int { pool.withLock { $0.count } }

    /// Keeps a connection that has become idle; to be called on the loop.
    nonisolated func keep(_ connection: HTTPClientConnection) {
        let now = Instant.now
        if pool.withLock({ $0.put(connection, now: now) }) { assumeIsolated { $0.startSweeping() } }
    }

    /// Forgets an idle connection that its upstream has closed.
    nonisolated func drop(_ connection: HTTPClientConnection) {
        pool.withLock { $0.remove(connection) }
    }

    private func startSweeping() {
        let timer = LoopTimer(loop) { [weak self] in self?.assumeIsolated { $0.sweep() } }
        timer.schedule(after: sweepInterval)
        sweeper = timer
    }

    private func sweep() {
        let now = Instant.now
        for connection in pool.withLock({ $0.expired(now: now) }) { connection.assumeIsolated { $0.close() } }
        sweeper = nil
        if idleConnections > 0 { startSweeping() }
    }
}
