import CLibevent
import CShims
import Glibc

extension Connection {
    /// Connects to one address.
    package static func connect(
        to address: SocketAddress, on loop: EventLoop, deadline: Instant
    ) async throws(ConnectionError) -> Connection {
        let descriptor = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ConnectionError(errno: errno) }
        if !address.isUnix { disableNagle(descriptor) }
        let connection = Connection(loop, descriptor: descriptor)
        if address.withSockaddr({ Glibc.connect(descriptor, $0, address.length) }) == 0 {
            connection.established()
        } else if errno == EINPROGRESS || errno == EINTR {
            connection.socket?.watchOutput(true)
        } else {
            throw ConnectionError(errno: errno)
        }
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
        guard unreadCount == 0, isOpen else {
            SSL_free(session)
            throw failure ?? ConnectionError(.tls, "bytes came before the handshake")
        }
        isEstablished = false
        socket?.secure(session, isServer: isServer)
        proceed()
        try await establish(deadline: deadline)
    }

    /// Waits for the connect or the handshake to end.
    private func establish(deadline: Instant) async throws(ConnectionError) {
        let limit = Deadline(loop) { [unowned self] in fail(ConnectionError(.timedOut, "connect timed out")) }
        limit.set(deadline)
        let (loop, this) = (loop, OnItsLoop(connection: self))
        await withTaskCancellationHandler {
            while !isEstablished, failure == nil {
                await withUnsafeContinuation { writer = $0 }
            }
        } onCancel: {
            loop.execute { this.connection.fail(ConnectionError(.cancelled, "cancelled")) }
        }
        limit.set(nil)
        if let failure { throw failure }
    }

    /// Goes on with the connect or the handshake.
    func proceed() {
        switch socket?.session == nil ? socket?.connected() : socket?.shakeHands() {
        case nil: return
        case .moved: established()
        case .waitsForInput: watch(input: true, output: false)
        case .waitsForOutput: watch(input: false, output: true)
        case .ended: fail(ConnectionError(.reset, "the peer closed the connection"))
        case .failed(let error): fail(error)
        }
    }

    private func established() {
        isEstablished = true
        watch(input: true, output: false)
        wakeWriter()
    }

    private func watch(input: Bool, output: Bool) {
        socket?.watchInput(input)
        socket?.watchOutput(output)
    }

    func endTLS(_ session: OpaquePointer) {
        zoe_ssl_quiet_shutdown(session)
    }

    /// What ALPN has chosen (RFC 7301); nil where there is no TLS or no choice.
    package var applicationProtocol: String? {
        guard let session = socket?.session else { return nil }
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
    }

    /// As OpenSSL calls it, like `TLSv1.3`; nil without TLS.
    package var tlsVersion: String? {
        socket?.session.flatMap { SSL_get_version($0) }.map { String(cString: $0) }
    }

    /// Whether the handshake went on with an earlier connection's session (RFC 8446 §2.2).
    package var isResumed: Bool {
        socket?.session.map { SSL_session_reused($0) == 1 } ?? false
    }
}

// Safe although unchecked: the connection is looked at on its loop's thread alone.
private struct OnItsLoop: @unchecked Sendable {
    let connection: Connection
}
