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
    /// Tells most keys apart, for there are few at a time.
    let digest: Int
    private let origin: HTTPURL.Origin
    private let proxy: HTTPURL.Origin?
    private let tls: TLSIdentity?
    private let pinnedAddress: [UInt8]?

    init(_ request: borrowing HTTPClientRequest) {
        origin = request.url.origin
        proxy = request.proxy?.origin
        tls = request.url.scheme == .https ? request.tls.map { TLSIdentity(context: $0) } : nil
        pinnedAddress = request.pinnedAddress
        let address = pinnedAddress?.reduce(0) { $0 &* 31 &+ Int($1) } ?? 0
        digest = origin.host.utf8.count << 16 ^ origin.port ^ address
    }
}

/// One TLS context and no other; holds it, so that no later one can take its place.
private struct TLSIdentity: Equatable {
    let context: TLSContext

    static func == (left: TLSIdentity, right: TLSIdentity) -> Bool { left.context === right.context }
}

/// Idle connections, the most recently used first.
struct ConnectionPool {
    private struct Idle {
        let connection: HTTPClientConnection
        let since: Instant
    }

    /// The idle connections of one key.
    private struct Place {
        let key: PoolKey
        var idle: [Idle]
    }

    private let limits: PoolLimits
    /// Few enough to look through: those that are empty go with the next sweep.
    private var places: [Place] = []
    private(set) var count = 0
    private var awaitsSweep = false

    init(limits: PoolLimits) {
        self.limits = limits
    }

    private func place(of key: PoolKey) -> Int? {
        places.indices.first { places[$0].key.digest == key.digest && places[$0].key == key }
    }

    /// The connection of this key that was used last.
    mutating func take(_ key: PoolKey) -> HTTPClientConnection? {
        guard let place = place(of: key), let last = places[place].idle.popLast() else { return nil }
        count -= 1
        return last.connection
    }

    /// What does not fit is dropped, and so closed.
    /// - Returns: whether a sweep has to be planned.
    mutating func put(_ connection: HTTPClientConnection, now: Instant) -> Bool {
        guard count < limits.idle else { return false }
        let new = Idle(connection: connection, since: now)
        if let place = place(of: connection.key) {
            guard places[place].idle.count < limits.idlePerOrigin else { return false }
            places[place].idle.append(new)
        } else {
            places.append(Place(key: connection.key, idle: [new]))
        }
        count += 1
        defer { awaitsSweep = true }
        return !awaitsSweep
    }

    mutating func remove(_ connection: HTTPClientConnection) {
        guard let place = place(of: connection.key),
            let index = places[place].idle.firstIndex(where: { $0.connection === connection })
        else { return }
        places[place].idle.remove(at: index)
        count -= 1
    }

    /// Takes out what has been idle too long, and empty places.
    mutating func expired(now: Instant) -> [HTTPClientConnection] {
        let limit = limits.idleTime
        let isOld = { (one: Idle) in now - one.since >= limit }
        var old: [HTTPClientConnection] = []
        for index in places.indices {
            old += places[index].idle.filter(isOld).map(\.connection)
            places[index].idle.removeAll(where: isOld)
        }
        places.removeAll { $0.idle.isEmpty }
        count -= old.count
        awaitsSweep = count > 0
        return old
    }
}
