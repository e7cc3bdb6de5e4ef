import CLibevent
import CShims
import Glibc

/// What one attempt to move bytes came to.
enum SocketOutcome {
    case moved(Int)
    /// Nothing moves before the socket can be read.
    case waitsForInput
    /// Nothing moves before the socket can be written.
    case waitsForOutput
    /// The peer has ended its side.
    case ended
    case failed(ConnectionError)
}

/// The one owner of a non-blocking socket, its TLS session and the two events that watch it: all go with it.
struct Socket: ~Copyable {
    let descriptor: Int32
    /// nil without TLS.
    private(set) var session: OpaquePointer?
    private let inputEvent: OpaquePointer?
    /// Only while it is watched: most connections never wait for room.
    private var outputEvent: OpaquePointer?
    private var isInputWatched = false

    /// Takes over a descriptor.
    /// - Parameter connection: whom the events tell; it must outlive the socket.
    init(_ loop: EventLoop, descriptor: Int32, for connection: Connection) {
        self.descriptor = descriptor
        let context = Unmanaged.passUnretained(connection).toOpaque()
        inputEvent = event_new(loop.base, descriptor, Int16(EV_READ | EV_PERSIST), onReadable, context)
    }

    deinit {
        event_free(inputEvent)
        if let outputEvent { event_free(outputEvent) }
        if let session {
            zoe_ssl_quiet_shutdown(session)
            SSL_free(session)
        }
        close(descriptor)
    }

    // MARK: Watching

    mutating func watchInput(_ isWatched: Bool) {
        guard isWatched != isInputWatched else { return }
        isInputWatched = isWatched
        if isWatched { event_add(inputEvent, nil) } else { event_del(inputEvent) }
    }

    mutating func watchOutput(_ isWatched: Bool) {
        guard isWatched != (outputEvent != nil) else { return }
        if let outputEvent {
            event_free(outputEvent)
            self.outputEvent = nil
        } else {
            let base = event_get_base(inputEvent)
            outputEvent = event_new(base, descriptor, Int16(EV_WRITE | EV_PERSIST), onWritable, event_get_callback_arg(inputEvent))
            event_add(outputEvent, nil)
        }
    }

    /// Tells of input in the next turn of the loop, whatever the system says: a TLS session may hold some.
    func lookForInput() {
        event_active(inputEvent, Int32(EV_READ), 0)
    }

    // MARK: Moving bytes

    func receive(into target: UnsafeMutableRawBufferPointer) -> SocketOutcome {
        if let session {
            ERR_clear_error()
            let outcome = outcome(of: SSL_read(session, target.baseAddress, Int32(clamping: target.count)), session)
            // A connection that waits keeps no buffers; reading a session ticket leaves one of 16 KiB behind.
            if case .waitsForInput = outcome { SSL_free_buffers(session) }
            return outcome
        }
        let count = recv(descriptor, target.baseAddress, target.count, 0)
        return count == 0 ? .ended : plainOutcome(of: count, otherwise: .waitsForInput)
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> SocketOutcome {
        if let session {
            ERR_clear_error()
            return outcome(of: SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)), session)
        }
        return plainOutcome(of: Glibc.send(descriptor, bytes.baseAddress, bytes.count, 0), otherwise: .waitsForOutput)
    }

    /// Without TLS the kernel copies it. With TLS it is one record, read from the file again where that has to wait.
    func send(_ file: SpooledFile, _ range: Range<Int>) -> SocketOutcome {
        if session == nil {
            let count = zoe_send_file(descriptor, file.descriptor, off_t(range.lowerBound), range.count)
            return count == 0 ? .failed(ConnectionError(errno: EIO)) : plainOutcome(of: count, otherwise: .waitsForOutput)
        }
        return withUnsafeTemporaryAllocation(byteCount: min(Socket.recordSize, range.count), alignment: 1) { record in
            let count = pread(file.descriptor, record.baseAddress, record.count, off_t(range.lowerBound))
            guard count == record.count else { return .failed(ConnectionError(errno: count < 0 ? errno : EIO)) }
            return send(UnsafeRawBufferPointer(record))
        }
    }

    /// The most that one TLS record holds (RFC 8446 §5.1).
    private static let recordSize = 16 * 1024

    private func plainOutcome(of count: Int, otherwise blocked: SocketOutcome) -> SocketOutcome {
        if count >= 0 { return .moved(count) }
        switch errno {
        case EAGAIN, EINTR: return blocked
        default: return .failed(ConnectionError(errno: errno))
        }
    }

    // MARK: Connecting

    /// What has become of a connect that could not be done at once.
    func connected() -> SocketOutcome {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length) != 0 { number = errno }
        return number == 0 ? .moved(0) : .failed(ConnectionError(errno: number))
    }

    /// Takes over a TLS session.
    mutating func secure(_ session: OpaquePointer, isServer: Bool) {
        SSL_set_fd(session, descriptor)
        if isServer { SSL_set_accept_state(session) } else { SSL_set_connect_state(session) }
        self.session = session
    }

    /// Goes on with the handshake; `moved` when it is done.
    func shakeHands() -> SocketOutcome {
        guard let session else { return .moved(0) }
        ERR_clear_error()
        return outcome(of: SSL_do_handshake(session), session)
    }

    private func outcome(of result: Int32, _ session: OpaquePointer) -> SocketOutcome {
        if result > 0 { return .moved(Int(result)) }
        let number = errno
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .waitsForInput
        case SSL_ERROR_WANT_WRITE: return .waitsForOutput
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(Socket.error(of: session, number))
        }
    }

    private static func error(of session: OpaquePointer, _ number: Int32) -> ConnectionError {
        if let reason = zoe_ssl_verify_error(session) { return ConnectionError(.tls, "certificate: \(String(cString: reason))") }
        if let reason = ERR_reason_error_string(ERR_get_error()) { return ConnectionError(.tls, String(cString: reason)) }
        return number == 0 ? ConnectionError(.reset, "the peer closed the connection") : ConnectionError(errno: number)
    }
}

private let onReadable: event_callback_fn = { _, _, context in connection(context)?.readable() }
private let onWritable: event_callback_fn = { _, _, context in connection(context)?.writable() }

/// Safe: callbacks come only while the socket lives, and the connection that owns it frees it first.
private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
    context.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

func disableNagle(_ descriptor: Int32) {
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
}
