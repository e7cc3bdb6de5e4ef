import Glibc

/// A TCP, TLS or Unix connection on one loop, read and written by the tasks of that loop.
///
/// Not Sendable: it belongs to one actor of its loop. At most one task reads and one writes at a time. What every request touches goes
/// without run-time checks of exclusivity: one thread, and no access that lasts.
package final class Connection {
    package let loop: EventLoop
    @exclusivity(unchecked) var socket: Socket?
    @exclusivity(unchecked) package private(set) var failure: ConnectionError?
    @exclusivity(unchecked) package internal(set) var isEnded = false
    @exclusivity(unchecked) private var reader: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) var writer: UnsafeContinuation<Void, Never>?
    @exclusivity(unchecked) var input: [UInt8] = []
    @exclusivity(unchecked) var output = OutputQueue()
    var isEstablished = false
    /// Unsent bytes at which the one who flushes goes on.
    private(set) var flushLimit = 0
    private var wakesOnInput = false
    private var isPaused = false
    /// Whether the loop will send what is queued at the end of its turn.
    @exclusivity(unchecked) var isTurnAwaited = false
    /// What TLS needs in the direction it does not move bytes in.
    var readsOnOutput = false
    var writesOnInput = false
    @exclusivity(unchecked) private var isReadLate = false
    // Unowned: they go with the connection. (An object that is known weakly counts its references by a slower way.)
    private lazy var readDeadline = Deadline(loop) { [unowned self] in readDeadlinePassed() }
    private lazy var writeDeadline = Deadline(loop) { [unowned self] in fail(ConnectionError(.timedOut, "write timed out")) }
    /// Called once when the peer ends or resets the connection while nobody reads.
    package var onHangUp: (() -> Void)?

    /// Bytes that may wait unread before the socket is left alone: the back-pressure on the peer.
    static let readAhead = EventLoop.scratchSize
    /// Bytes sent before other connections get their turn.
    static let sendAtOnce = 256 * 1024

    /// Takes over a non-blocking descriptor.
    init(_ loop: EventLoop, descriptor: Int32) {
        self.loop = loop
        socket = Socket(loop, descriptor: descriptor, for: self)
    }

    /// Takes over an accepted descriptor.
    package convenience init(_ loop: EventLoop, accepted descriptor: Int32) {
        self.init(loop, descriptor: descriptor)
        disableNagle(descriptor)
        isEstablished = true
        socket?.watchInput(true)
    }

    package var isOpen: Bool { socket != nil && failure == nil && !isEnded }
    /// Bytes that came and nobody has read.
    package var unreadCount: Int { input.count }
    /// Bytes written that the socket has not taken.
    package var unsentCount: Int { output.count }

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
        guard socket != nil else { throw ConnectionError(.closed, "connection is closed") }
        return false
    }

    private func readDeadlinePassed() {
        isReadLate = true
        exchange(&reader, with: nil)?.resume()
    }

    private func takeInput() -> ArraySlice<UInt8>? {
        guard !input.isEmpty else { return nil }
        if isPaused { readOn() }
        return exchange(&input, with: [])[...]
    }

    /// Leaves the socket alone while nobody reads.
    func pauseIfAhead() {
        guard unreadCount >= Connection.readAhead, reader == nil || socket?.session != nil else { return }
        isPaused = true
        socket?.watchInput(false)
    }

    private func readOn() {
        isPaused = false
        guard isOpen else { return }
        socket?.watchInput(true)
        if socket?.session != nil { socket?.lookForInput() }
    }

    // MARK: Writing

    /// Queues bytes, sent at the end of the loop's turn; `flush` waits for it.
    package func write(_ bytes: [UInt8]) {
        write(bytes[...])
    }

    package func write(_ bytes: ArraySlice<UInt8>) {
        guard socket != nil, failure == nil, !bytes.isEmpty else { return }
        enqueue(.bytes(bytes))
    }

    /// Queues a range of a file, sent by the kernel without a copy where the connection has no TLS.
    package func write(_ file: SpooledFile, _ range: Range<Int>) {
        guard socket != nil, failure == nil, !range.isEmpty else { return }
        enqueue(.file(file, range))
    }

    private func enqueue(_ piece: OutputQueue.Piece) {
        output.append(piece)
        guard !isTurnAwaited else { return }
        isTurnAwaited = true
        loop.willSend(self)
    }

    /// Waits until at most `limit` bytes are unsent.
    /// - Parameter orInput: also return when there are bytes to read.
    package func flush(below limit: Int = 0, orInput: Bool = false, deadline: Instant?) async throws(ConnectionError) {
        wakesOnInput = orInput
        defer { wakesOnInput = false }
        while unsentCount > limit, !(orInput && unreadCount > 0) {
            if let failure { throw failure }
            guard socket != nil else { throw ConnectionError(.closed, "connection is closed") }
            flushLimit = limit
            writeDeadline.set(deadline)
            await withUnsafeContinuation { writer = $0 }
            writeDeadline.clear()
        }
        if let failure, !(orInput && unreadCount > 0) { throw failure }
    }

    /// Tells the peer that nothing more will come; reading goes on.
    package func endWriting() {
        guard let descriptor = socket?.descriptor else { return }
        if let session = socket?.session { endTLS(session) }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes at once; unsent bytes are lost. Waiting readers and writers fail.
    package func close() {
        onHangUp = nil
        fail(ConnectionError(.closed, "connection is closed"))
        socket = nil
    }

    /// Ends all waiting with an error; the socket is left alone from now on.
    package func fail(_ error: ConnectionError) {
        if failure == nil { failure = error }
        socket?.watchInput(false)
        socket?.watchOutput(false)
        wakeReader()
        wakeWriter()
    }

    // MARK: Waking

    func wakeReader() {
        exchange(&reader, with: nil)?.resume()
        if wakesOnInput { wakeWriter() }
    }

    func wakeWriter() {
        exchange(&writer, with: nil)?.resume()
    }

    func tellHangUp() {
        if reader != nil { return wakeReader() }
        exchange(&onHangUp, with: nil)?()
    }
}
