import CLibevent
import CShims
import Glibc

/// A TCP, TLS or Unix connection on one loop, read and written by the tasks of that loop.
///
/// Not Sendable: it belongs to one actor of its loop. At most one task reads and one writes at a time. What every request touches goes
/// without run-time checks of exclusivity: one thread, and no access that lasts.
package final class Connection {
    package let loop: EventLoop
    @exclusivity(unchecked) var buffer: BufferEvent?
    @exclusivity(unchecked) package private(set) var failure: ConnectionError?
    @exclusivity(unchecked) package private(set) var isEnded = false
    @exclusivity(unchecked) private var reader: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) var writer: UnsafeContinuation<Void, Never>?
    var isEstablished: Bool
    private var wakesOnInput = false
    private var isPaused = false
    @exclusivity(unchecked) private var isReadLate = false
    private lazy var readDeadline = Deadline(loop) { [weak self] in self?.readDeadlinePassed() }
    private lazy var writeDeadline = Deadline(loop) { [weak self] in self?.fail(ConnectionError(.timedOut, "write timed out")) }
    /// Called once when the peer ends or resets the connection while nobody reads.
    package var onHangUp: (() -> Void)?

    /// Bytes that may wait unread before the socket is left alone: the back-pressure on the peer.
    private static let readAhead = 256 * 1024

    /// Takes over an accepted or connecting descriptor.
    init(_ loop: EventLoop, descriptor: Int32, isEstablished: Bool) {
        self.loop = loop
        self.isEstablished = isEstablished
        buffer = BufferEvent(loop, descriptor: descriptor)
        attach()
    }

    /// Takes over an accepted descriptor.
    package convenience init(_ loop: EventLoop, accepted descriptor: Int32) {
        self.init(loop, descriptor: descriptor, isEstablished: true)
        disableNagle(descriptor)
        if let pointer = buffer?.pointer { bufferevent_enable(pointer, Int16(EV_READ | EV_WRITE)) }
    }

    /// Sets the callbacks on a new bufferevent.
    func attach() {
        guard let pointer = buffer?.pointer else { return }
        bufferevent_set_max_single_read(pointer, Connection.readAhead)
        bufferevent_set_max_single_write(pointer, Connection.readAhead)
        let context = Unmanaged.passUnretained(self).toOpaque()
        bufferevent_setcb(pointer, onReadable, onWritable, onEvent, context)
    }

    package var isOpen: Bool { buffer != nil && failure == nil && !isEnded }
    /// Bytes that came and nobody has read.
    package var unreadCount: Int { length(of: buffer?.input) }
    /// Bytes written that the socket has not taken.
    package var unsentCount: Int { length(of: buffer?.output) }

    // MARK: Reading

    /// The next bytes; nil when the peer has ended its side. After a read that timed out the connection can still be used.
    /// - Parameter deadline: nil: none.
    package func read(deadline: Instant?) async throws(ConnectionError) -> ArraySlice<UInt8>? {
        isReadLate = false
        while true {
            if let bytes = takeInput() { return bytes }
            if try endsReading() { return nil }
            readDeadline.set(deadline)
            await withUnsafeContinuation { reader = $0 }
            readDeadline.clear()
        }
    }

    /// Whether the peer has ended its side; throws where it makes no sense to wait.
    private func endsReading() throws(ConnectionError) -> Bool {
        if let failure { throw failure }
        if isEnded { return true }
        if isReadLate { throw ConnectionError(.timedOut, "read timed out") }
        guard buffer != nil else { throw ConnectionError(.closed, "connection is closed") }
        return false
    }

    private func readDeadlinePassed() {
        isReadLate = true
        exchange(&reader, with: nil)?.resume()
    }

    private func takeInput() -> ArraySlice<UInt8>? {
        guard let input = buffer?.input else { return nil }
        let available = evbuffer_get_length(input)
        guard available > 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(available)
        while case let count = evbuffer_get_contiguous_space(input), count > 0, let start = evbuffer_pullup(input, count) {
            bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
            evbuffer_drain(input, count)
        }
        if isPaused, let pointer = buffer?.pointer {
            isPaused = false
            bufferevent_enable(pointer, Int16(EV_READ))
        }
        return bytes[...]
    }

    /// Leaves the socket alone while nobody reads. (libevent's own high watermark repeats its callback until somebody does, and never
    /// returns to the loop.)
    private func pauseIfAhead() {
        guard reader == nil, !isPaused, unreadCount >= Connection.readAhead, let pointer = buffer?.pointer else { return }
        isPaused = true
        bufferevent_disable(pointer, Int16(EV_READ))
    }

    // MARK: Writing

    /// Queues bytes; `flush` waits for room. (Sending at once costs more: the loop then wakes for each answer instead of for many.)
    package func write(_ bytes: [UInt8]) {
        guard let pointer = buffer?.pointer, failure == nil else { return }
        bufferevent_write(pointer, bytes, bytes.count)
    }

    package func write(_ bytes: ArraySlice<UInt8>) {
        guard let pointer = buffer?.pointer, failure == nil else { return }
        bytes.withUnsafeBytes { _ = bufferevent_write(pointer, $0.baseAddress, $0.count) }
    }

    /// Queues a range of a file, sent by the kernel without a copy where the connection has no TLS.
    package func write(_ file: SpooledFile, _ range: Range<Int>) {
        guard let output = buffer?.output, failure == nil, !range.isEmpty else { return }
        let duplicate = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else { return fail(ConnectionError(errno: errno)) }
        if evbuffer_add_file(output, duplicate, Int64(range.lowerBound), Int64(range.count)) != 0 {
            Glibc.close(duplicate)
            fail(ConnectionError(.closed, "the file could not be queued"))
        }
    }

    /// Waits until at most `limit` bytes are unsent.
    /// - Parameter orInput: also return when there are bytes to read.
    package func flush(below limit: Int = 0, orInput: Bool = false, deadline: Instant?) async throws(ConnectionError) {
        wakesOnInput = orInput
        defer { wakesOnInput = false }
        while unsentCount > limit, !(orInput && unreadCount > 0) {
            if let failure { throw failure }
            guard let pointer = buffer?.pointer else { throw ConnectionError(.closed, "connection is closed") }
            bufferevent_setwatermark(pointer, Int16(EV_WRITE), limit, 0)
            writeDeadline.set(deadline)
            await withUnsafeContinuation { writer = $0 }
            writeDeadline.clear()
        }
        if let failure, !(orInput && unreadCount > 0) { throw failure }
    }

    /// Tells the peer that nothing more will come; reading goes on.
    package func endWriting() {
        guard let descriptor = buffer?.descriptor else { return }
        if let session = buffer?.session { zoe_ssl_quiet_shutdown(session) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes at once; unsent bytes are lost. Waiting readers and writers fail.
    package func close() {
        onHangUp = nil
        fail(ConnectionError(.closed, "connection is closed"))
        buffer = nil
    }

    // MARK: Events

    /// Ends all waiting with an error.
    package func fail(_ error: ConnectionError) {
        if failure == nil { failure = error }
        resumeAll()
    }

    fileprivate func readable() {
        pauseIfAhead()
        exchange(&reader, with: nil)?.resume()
        if wakesOnInput { writable() }
    }

    fileprivate func writable() {
        exchange(&writer, with: nil)?.resume()
    }

    fileprivate func ended() {
        isEnded = true
        tellHangUp()
    }

    fileprivate func established() {
        isEstablished = true
        resumeAll()
    }

    fileprivate func broke() {
        let error = currentError()
        readLastWords()
        fail(error)
        tellHangUp()
    }

    /// What the peer sent before it reset the connection is still with the kernel when a write fails first.
    private func readLastWords() {
        guard isEstablished, let input = buffer?.input, let descriptor = buffer?.descriptor, buffer?.session == nil else { return }
        evbuffer_unfreeze(input, 0)
        while unreadCount < Connection.readAhead, evbuffer_read(input, descriptor, Int32(Connection.readAhead)) > 0 {}
        evbuffer_freeze(input, 0)
    }

    private func resumeAll() {
        readable()
        writable()
    }

    private func tellHangUp() {
        if reader != nil { return readable() }
        exchange(&onHangUp, with: nil)?()
    }
}

private let onReadable: bufferevent_data_cb = { _, context in connection(context)?.readable() }
private let onWritable: bufferevent_data_cb = { _, context in connection(context)?.writable() }
private let onEvent: bufferevent_event_cb = { _, events, context in
    guard let connection = connection(context) else { return }
    if events & Int16(BEV_EVENT_CONNECTED) != 0 {
        connection.established()
    } else if events & Int16(BEV_EVENT_EOF) != 0 {
        connection.ended()
    } else if events & Int16(BEV_EVENT_ERROR) != 0 {
        connection.broke()
    }
}

private func length(of queue: OpaquePointer?) -> Int {
    queue.map { evbuffer_get_length($0) } ?? 0
}

/// Safe: callbacks come only while the bufferevent lives, and the connection that owns it frees it first.
private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
    context.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

func disableNagle(_ descriptor: Int32) {
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
}
