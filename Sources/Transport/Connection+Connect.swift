import CLibevent
import CShims
import Glibc

extension Connection {
    /// Connects to one address.
    package static func connect(
        to address: SocketAddress, on loop: EventLoop, deadline: Instant
    ) async throws(ConnectionError) -> Connection {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ConnectionError(errno: errno) }
        if !address.isUnix { disableNagle(descriptor) }
        let connection = Connection(loop, descriptor: descriptor, isEstablished: false)
        guard let pointer = connection.buffer?.pointer else { throw ConnectionError(.closed, "connection is closed") }
        let result = address.withSockaddr { bufferevent_socket_connect(pointer, $0, Int32(address.length)) }
        if result != 0, connection.failure == nil { connection.fail(ConnectionError(errno: errno)) }
        try await connection.establish(deadline: deadline)
        return connection
    }

    /// Upgrades this connection to TLS as a client and checks the certificate against `serverName`.
    package func startTLS(_ context: TLSContext, serverName: String, deadline: Instant) async throws(ConnectionError) {
        await context.prepare()
        guard let session = context.makeSession() else { throw ConnectionError(.tls, "no TLS session") }
        let isAddress = SocketAddress(numeric: serverName, port: 0) != nil
        guard zoe_ssl_expect_host(session, serverName, isAddress ? 1 : 0) == 1 else {
            SSL_free(session)
            throw ConnectionError(.tls, "the name \(serverName) cannot be checked")
        }
        zoe_ssl_resume(session, serverName)
        try await handshake(session, isServer: false, deadline: deadline)
    }

    /// Upgrades an accepted connection to TLS as the server.
    package func acceptTLS(_ context: TLSContext, deadline: Instant) async throws(ConnectionError) {
        guard let session = context.makeSession() else { throw ConnectionError(.tls, "no TLS session") }
        try await handshake(session, isServer: true, deadline: deadline)
    }

    private func handshake(_ session: OpaquePointer, isServer: Bool, deadline: Instant) async throws(ConnectionError) {
        guard unreadCount == 0, let plain = buffer.take() else {
            SSL_free(session)
            throw ConnectionError(.tls, "bytes came before the handshake")
        }
        let descriptor = plain.detachedDescriptor()
        isEstablished = false
        buffer = BufferEvent(loop, descriptor: descriptor, session: session, isServer: isServer)
        attach()
        try await establish(deadline: deadline)
    }

    /// Waits for the connect or the handshake to end.
    private func establish(deadline: Instant) async throws(ConnectionError) {
        guard let pointer = buffer?.pointer else { throw ConnectionError(.closed, "connection is closed") }
        bufferevent_enable(pointer, Int16(EV_READ | EV_WRITE))
        let limit = Deadline(loop) { [weak self] in self?.fail(ConnectionError(.timedOut, "connect timed out")) }
        limit.set(deadline)
        let (loop, this) = (loop, WeakConnection(self))
        await withTaskCancellationHandler {
            while !isEstablished, failure == nil, !isEnded {
                await withUnsafeContinuation { writer = $0 }
            }
        } onCancel: {
            loop.execute { this.connection?.fail(ConnectionError(.cancelled, "cancelled")) }
        }
        limit.set(nil)
        if let failure { throw failure }
        guard isEstablished else { throw ConnectionError(.reset, "the peer closed the connection") }
    }

    /// What ALPN has chosen (RFC 7301); nil where there is no TLS or no choice.
    package var applicationProtocol: String? {
        guard let session = buffer?.session else { return nil }
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
    }

    /// As OpenSSL calls it, like `TLSv1.3`; nil without TLS.
    package var tlsVersion: String? {
        buffer?.session.flatMap { SSL_get_version($0) }.map { String(cString: $0) }
    }

    /// Whether the handshake went on with an earlier connection's session (RFC 8446 §2.2).
    package var isResumed: Bool {
        buffer?.session.map { SSL_session_reused($0) == 1 } ?? false
    }

    /// What the socket or the TLS session says went wrong.
    func currentError() -> ConnectionError {
        let number = errno
        guard let pointer = buffer?.pointer else { return ConnectionError(.closed, "connection is closed") }
        if let session = buffer?.session, let reason = zoe_ssl_verify_error(session) {
            return ConnectionError(.tls, "certificate: \(String(cString: reason))")
        }
        let code = bufferevent_get_openssl_error(pointer)
        if code != 0, let reason = ERR_reason_error_string(code) { return ConnectionError(.tls, String(cString: reason)) }
        return ConnectionError(errno: number)
    }
}

// Safe although unchecked: the connection is looked at on its loop's thread alone.
private final class WeakConnection: @unchecked Sendable {
    private(set) weak var connection: Connection?

    init(_ connection: Connection) {
        self.connection = connection
    }
}
