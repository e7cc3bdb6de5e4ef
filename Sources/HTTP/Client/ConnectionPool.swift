import Transport

/// How many idle connections are kept, and for how long.
package struct PoolLimits: Sendable {
    package var idlePerOrigin: Int
    package var idle: Int
    package var idleTime: Duration
    /// After the last byte of a request: a kept connection that closes within it, unanswered, is taken for one that was closed before.
    package var staleTime: Duration

    package init(
        idlePerOrigin: Int = 256, idle: Int = 1024, idleTime: Duration = .seconds(45), staleTime: Duration = .seconds(1)
    ) {
        self.idlePerOrigin = idlePerOrigin
        self.idle = idle
        self.idleTime = idleTime
        self.staleTime = staleTime
    }
}

/// What a connection must share with a request to serve it.
struct PoolKey: Hashable {
    private let origin: HTTPURL.Origin
    private let proxy: HTTPURL.Origin?
    private let tls: TLSIdentity?
    private let pinnedAddress: [UInt8]?

    init(_ request: HTTPClientRequest) {
        origin = request.url.origin
        proxy = request.proxy?.origin
        tls = request.url.scheme == .https ? request.tls.map(TLSIdentity.init) : nil
        pinnedAddress = request.pinnedAddress
    }
}

/// One TLS context and no other; holds it, so that no later one can take its place.
private struct TLSIdentity: Hashable {
    let context: TLSContext

    static func == (left: TLSIdentity, right: TLSIdentity) -> Bool { left.context === right.context }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(context))
    }
}

/// Idle connections, the most recently used first.
struct ConnectionPool {
    private struct Idle {
        let connection: HTTPClientConnection
        let since: ContinuousClock.Instant
    }

    private let limits: PoolLimits
    private var idle: [PoolKey: [Idle]] = [:]
    private(set) var count = 0

    init(limits: PoolLimits) {
        self.limits = limits
    }

    mutating func take(_ key: PoolKey) -> HTTPClientConnection? {
        guard let last = idle[key]?.popLast() else { return nil }
        count -= 1
        if idle[key]?.isEmpty == true { idle[key] = nil }
        return last.connection
    }

    /// What does not fit is dropped, and so closed.
    mutating func put(_ connection: HTTPClientConnection, now: ContinuousClock.Instant) {
        guard count < limits.idle, idle[connection.key, default: []].count < limits.idlePerOrigin else { return }
        idle[connection.key, default: []].append(Idle(connection: connection, since: now))
        count += 1
    }

    mutating func remove(_ connection: HTTPClientConnection) {
        guard var list = idle[connection.key], let index = list.firstIndex(where: { $0.connection === connection }) else { return }
        list.remove(at: index)
        idle[connection.key] = list.isEmpty ? nil : list
        count -= 1
    }

    /// Takes out what has been idle too long.
    mutating func expired(now: ContinuousClock.Instant) -> [HTTPClientConnection] {
        var old: [HTTPClientConnection] = []
        for (key, list) in idle {
            let kept = list.filter { now - $0.since < limits.idleTime }
            guard kept.count < list.count else { continue }
            old += list.filter { now - $0.since >= limits.idleTime }.map(\.connection)
            idle[key] = kept.isEmpty ? nil : kept
        }
        count -= old.count
        return old
    }
}
