import CLibevent
import CShims
import Glibc

/// Accepts connections on one loop. Not Sendable: made, used and dropped on the loop's thread.
package final class Listener {
    private let loop: EventLoop
    private let descriptor: Int32
    private let accepted: (Int32) -> Void
    private var event: OpaquePointer?
    private lazy var retry = LoopTimer(loop) { [weak self] in self?.resume() }
    package let address: SocketAddress

    /// Connections taken before other work gets its turn.
    private static let acceptsPerTurn = 64
    /// Pause when the process is out of descriptors, instead of spinning.
    private static let exhaustedPause = Duration.milliseconds(100)

    /// Binds and listens; nothing is accepted before `resume()`. Several loops may listen on the same internet address (SO_REUSEPORT).
    /// - Parameter accepted: gets each new non-blocking descriptor and owns it.
    package init(_ loop: EventLoop, on address: SocketAddress, accepted: @escaping (Int32) -> Void) throws(ConnectionError) {
        self.loop = loop
        self.accepted = accepted
        let descriptor = try Listener.open(address)
        self.descriptor = descriptor
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.address = address.isUnix ? address : SocketAddress(storage: storage, length: length)
        event = event_new(
            loop.base, descriptor, Int16(EV_READ | EV_PERSIST),
            { _, _, context in
                guard let context else { return }
                Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().acceptSome()
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        if let event { event_free(event) }
        close(descriptor)
    }

    /// Several loops may share an address, but not two processes: fails when somebody listens there already.
    package static func ensureFree(_ address: SocketAddress) throws(ConnectionError) {
        if let path = address.unixPath { return try removeAbandoned(path, address) }
        guard address.port != 0 else { return }
        // Bound and not listening: nobody can connect to it and be cut off.
        Glibc.close(try bound(to: address, isShared: false))
    }

    /// Removes the socket file that an ended process has left behind.
    private static func removeAbandoned(_ path: String, _ address: SocketAddress) throws(ConnectionError) {
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw ConnectionError(errno: errno) }
        defer { Glibc.close(probe) }
        if address.withSockaddr({ connect(probe, $0, address.length) }) == 0 { throw ConnectionError(errno: EADDRINUSE) }
        if errno == ECONNREFUSED { unlink(path) }
    }

    private static func open(_ address: SocketAddress) throws(ConnectionError) -> Int32 {
        let descriptor = try bound(to: address, isShared: true)
        if listen(descriptor, 1024) == 0 { return descriptor }
        let error = ConnectionError(errno: errno)
        close(descriptor)
        throw error
    }

    private static func bound(to address: SocketAddress, isShared: Bool) throws(ConnectionError) -> Int32 {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ConnectionError(errno: errno) }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        if !address.isUnix {
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
            if isShared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size) }
            if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, size) }
        }
        let result = address.withSockaddr { bind(descriptor, $0, address.length) }
        guard result == 0 else {
            let error = ConnectionError(errno: errno)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Stops accepting; the kernel queues what comes until the listener is dropped or resumed.
    package func pause() {
        event_del(event)
    }

    package func resume() {
        event_add(event, nil)
    }

    private func acceptSome() {
        for _ in 0..<Listener.acceptsPerTurn {
            let client = zoe_accept(descriptor, nil, nil)
            if client >= 0 {
                accepted(client)
                continue
            }
            if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                pause()
                retry.schedule(after: Listener.exhaustedPause)
            }
            // Anything else is one connection's misfortune, or that there is none left.
            if errno != ECONNABORTED, errno != EINTR { return }
        }
    }
}
