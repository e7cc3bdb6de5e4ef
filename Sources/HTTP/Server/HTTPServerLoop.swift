import Glibc
import Transport

/// The listeners and connections of one loop.
actor HTTPServerLoop {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let settings: HTTPServerSettings
    private var handler: (any HTTPHandler)?
    private let open: ConnectionCount
    private let writer: HTTPResponseWriter
    private var listeners: [Listener] = []
    private var connections: [ObjectIdentifier: HTTPServerConnection] = [:]

    init(_ loop: EventLoop, settings: HTTPServerSettings, open: ConnectionCount) {
        self.loop = loop
        self.settings = settings
        self.open = open
        writer = HTTPResponseWriter(settings)
    }

    isolated deinit {
        listeners = []
    }

    var openConnections: Int { connections.count }

    func listen(on address: SocketAddress) throws(ConnectionError) -> SocketAddress {
        let listener = try Listener(loop, on: address) { [weak self] descriptor in
            guard let self else { return _ = close(descriptor) }
            self.assumeIsolated { $0.accept(descriptor) }
        }
        listeners.append(listener)
        return listener.address
    }

    func start(_ handler: any HTTPHandler) {
        self.handler = handler
        for listener in listeners { listener.resume() }
    }

    func drain() {
        listeners = []
        for connection in connections.values { connection.assumeIsolated { $0.drain() } }
    }

    func abort() {
        for connection in connections.values { connection.assumeIsolated { $0.abort() } }
    }

    private func accept(_ descriptor: Int32) {
        guard let handler else { return _ = close(descriptor) }
        guard open.enter() else { return refuse(descriptor, handler) }
        let connection = HTTPServerConnection(loop, accepted: descriptor, settings: settings, handler: handler, writer: writer)
        let id = ObjectIdentifier(connection)
        connections[id] = connection
        connection.assumeIsolated { connection in
            connection.start { [weak self] in self?.assumeIsolated { $0.ended(id) } }
        }
    }

    private func ended(_ id: ObjectIdentifier) {
        connections[id] = nil
        open.leave()
    }

    /// Says that there is no room, as far as a fresh socket's buffer takes it, and closes.
    private func refuse(_ descriptor: Int32, _ handler: any HTTPHandler) {
        defer { close(descriptor) }
        guard settings.tls == nil, case .pieces(let pieces) = handler.refuse(.noRoom).body, case .bytes(let body)? = pieces.first
        else { return }
        let head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n"
        let bytes = Array("\(head)connection: close\r\ncontent-length: \(body.count)\r\n\r\n".utf8) + body
        _ = write(descriptor, bytes, bytes.count)
        // What was sent already must not turn the close into a reset, which could overtake the answer.
        shutdown(descriptor, Int32(SHUT_WR))
        var ignored = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<16 where read(descriptor, &ignored, ignored.count) <= 0 { return }
    }
}
