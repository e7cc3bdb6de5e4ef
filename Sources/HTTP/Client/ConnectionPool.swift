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
struct PoolKey: Equatable {
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

extension PoolKey: Hashable {
    /// Enough to tell most keys apart, for the number of idle connections has a limit; text is compared, not hashed.
    func hash(into hasher: inout Hasher) {
        hasher.combine(origin.host.utf8.count << 16 | origin.port)
        hasher.combine(tls)
        if let pinnedAddress { hasher.combine(pinnedAddress) }
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
        let since: Instant
    }

    private let limits: PoolLimits
    private var idle: [PoolKey: [Idle]] = [:]
    private(set) var count = 0

    init(limits: PoolLimits) {
        self.limits = limits
    }

    /// An empty list stays until the next sweep: most are soon filled again.
    mutating func take(_ key: PoolKey) -> HTTPClientConnection? {
        guard let index = idle.index(forKey: key), let last = idle.values[index].popLast() else { return nil }
        count -= 1
        return last.connection
    }

    /// What does not fit is dropped, and so closed.
    mutating func put(_ connection: HTTPClientConnection, now: Instant) {
        guard count < limits.idle else { return }
        let new = Idle(connection: connection, since: now)
        if let index = idle.index(forKey: connection.key) {
            guard idle.values[index].count < limits.idlePerOrigin else { return }
            idle.values[index].append(new)
        } else {
            idle[connection.key] = [new]
        }
        count += 1
    }

    mutating func remove(_ connection: HTTPClientConnection) {
        guard let place = idle.index(forKey: connection.key),
            let index = idle.values[place].firstIndex(where: { $0.connection === connection })
        else { return }
        idle.values[place].remove(at: index)
        count -= 1
    }

    /// Takes out what has been idle too long, and empty lists.
    mutating func expired(now: Instant) -> [HTTPClientConnection] {
        var old: [HTTPClientConnection] = []
        for (key, list) in idle {
            let kept = list.filter { now - $0.since < limits.idleTime }
            guard kept.isEmpty || kept.count < list.count else { continue }
            old += list.filter { now - $0.since >= limits.idleTime }.map(\.connection)
            idle[key] = kept.isEmpty ? nil : kept
        }
        count -= old.count
        return old
    }
}
