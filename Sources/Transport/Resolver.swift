import CLibevent
import Glibc
import Synchronization

/// Names to addresses, off the loops, with a short cache.
package final class Resolver: Sendable {
    private let pool = BlockingPool(name: "resolver", threads: 4)
    private let cache = Mutex<[String: Entry]>([:])
    private let lifetime: Duration
    private let known: [String: [[UInt8]]]

    private struct Entry {
        var addresses: [[UInt8]]
        var expires: Instant
    }

    private static let cacheLimit = 1024

    /// - Parameter known: addresses, of 4 or 16 bytes, of hosts that nobody need be asked for.
    package init(lifetime: Duration = .seconds(30), known: [String: [[UInt8]]] = [:]) {
        self.lifetime = lifetime
        self.known = known
    }

    /// All addresses of a host, in the system's order; numeric hosts need no look-up. Call it on `loop`.
    package func resolve(
        _ host: String, port: Int, on loop: EventLoop, deadline: Instant
    ) async throws(ConnectionError) -> [SocketAddress] {
        if let address = SocketAddress(numeric: host, port: port) { return [address] }
        let addresses: [[UInt8]]
        if let cached = known[host] ?? cached(host) {
            addresses = cached
        } else {
            addresses = try await lookUp(host, on: loop, deadline: deadline)
            remember(host, addresses)
        }
        return addresses.compactMap { SocketAddress(ip: $0, port: port) }
    }

    private func cached(_ host: String) -> [[UInt8]]? {
        cache.withLock { cache in
            guard let entry = cache[host], entry.expires > .now else { return nil }
            return entry.addresses
        }
    }

    private func remember(_ host: String, _ addresses: [[UInt8]]) {
        cache.withLock { cache in
            if cache.count >= Resolver.cacheLimit { cache.removeAll() }
            cache[host] = Entry(addresses: addresses, expires: .now + lifetime)
        }
    }

    private func lookUp(
        _ host: String, on loop: EventLoop, deadline: Instant
    ) async throws(ConnectionError) -> [[UInt8]] {
        let rendezvous = Rendezvous()
        let timer = LoopTimer(loop) { rendezvous.finish(.failure(ConnectionError(.timedOut, "name resolution timed out"))) }
        timer.schedule(at: deadline)
        let result = await withUnsafeContinuation { continuation in
            rendezvous.start(continuation)
            pool.submit { rendezvous.finish(systemAddresses(of: host)) }
        }
        timer.cancel()
        return try result.get()
    }
}

/// The first of two that comes wins: the answer or the deadline.
private final class Rendezvous: Sendable {
    typealias Answer = Result<[[UInt8]], ConnectionError>
    private let waiting = Mutex<UnsafeContinuation<Answer, Never>?>(nil)

    func start(_ continuation: UnsafeContinuation<Answer, Never>) {
        waiting.withLock { $0 = continuation }
    }

    func finish(_ answer: Answer) {
        waiting.withLock { exchange(&$0, with: nil) }?.resume(returning: answer)
    }
}

/// Blocks.
private func systemAddresses(of host: String) -> Result<[[UInt8]], ConnectionError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard status == 0 else { return .failure(ConnectionError(.resolution, String(cString: gai_strerror(status)))) }
    var addresses: [[UInt8]] = []
    var entry = list
    while let current = entry {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { target in
            target.copyMemory(from: UnsafeRawBufferPointer(start: current.pointee.ai_addr, count: Int(current.pointee.ai_addrlen)))
        }
        let ip = SocketAddress(storage: storage, length: current.pointee.ai_addrlen).ip
        if !ip.isEmpty, !addresses.contains(ip) { addresses.append(ip) }
        entry = current.pointee.ai_next
    }
    return addresses.isEmpty ? .failure(ConnectionError(.resolution, "no address")) : .success(addresses)
}
