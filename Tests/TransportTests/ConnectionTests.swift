import Glibc
import Testing

@testable import Transport

/// Real sockets on a free port of the loopback address.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private let loop = EventLoop(name: "test")

    init() {
        loop.start()
    }

    private func loopback(_ port: Int) throws -> SocketAddress {
        try #require(SocketAddress(ip: [127, 0, 0, 1], port: port))
    }

    /// Listens, connects, and hands both ends to `body`, all on the loop.
    private func withPair<Value: Sendable>(
        _ body: @escaping @Sendable (isolated Home, Connection, Connection) async throws -> Value
    ) async throws -> Value {
        let home = Home(loop)
        let address = try loopback(0)
        return try await Task(executorPreference: loop) { try await home.run(address, body) }.value
    }

    @Test func `bytes written on one side are read on the other`() async throws {
        let text = try await withPair { _, client, server in
            client.write(Array("hello".utf8))
            let bytes = try await server.read(deadline: .now + .seconds(5)) ?? []
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(text == "hello")
    }

    @Test func `the end of the peer is read as nil`() async throws {
        let isEnd = try await withPair { _, client, server in
            client.close()
            return try await server.read(deadline: .now + .seconds(5)) == nil
        }
        #expect(isEnd)
    }

    @Test func `a read past its deadline fails as timed out`() async throws {
        let kind = try await withPair { _, _, server in
            do {
                _ = try await server.read(deadline: .now + .milliseconds(20))
                return ConnectionError.Kind?.none
            } catch { return (error as? ConnectionError)?.kind }
        }
        #expect(kind == .timedOut)
    }

    @Test func `a file is sent whole behind bytes`() async throws {
        let sums = try await withPair { _, client, server in
            let file = try SpooledFile.temporary(in: "/tmp")
            let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
            try file.write(content[...], at: 0)
            client.write([1, 2, 3])
            client.write(file, 10..<300_000)
            var received: [UInt8] = []
            while received.count < 3 + 299_990, let more = try await server.read(deadline: .now + .seconds(5)) { received += more }
            return (received == [1, 2, 3] + content[10...], received.count)
        }
        #expect(sums.0)
        #expect(sums.1 == 299_993)
    }

    @Test func `a writer waits for a peer that does not read`() async throws {
        let kind = try await withPair { _, client, _ in
            client.write([UInt8](repeating: 0, count: 32 << 20))
            do {
                try await client.flush(deadline: .now + .milliseconds(50))
                return ConnectionError.Kind?.none
            } catch { return (error as? ConnectionError)?.kind }
        }
        #expect(kind == .timedOut)
    }

    @Test func `what a peer said before it reset the connection is read, then the error`() async throws {
        let (words, kind) = try await withPair { _, client, server in
            server.write(Array("no".utf8))
            try await server.flush(deadline: .now + .seconds(5))
            client.write([1])
            while server.unreadCount == 0 { try await client.loop.sleep(until: .now + .milliseconds(1)) }
            // Closed with something unread: the kernel resets the connection.
            server.close()
            client.write([UInt8](repeating: 0, count: 4 << 20))
            let words = try await client.read(deadline: .now + .seconds(5)) ?? []
            do {
                try await client.flush(deadline: .now + .seconds(5))
                return (words, ConnectionError.Kind?.none)
            } catch { return (words, (error as? ConnectionError)?.kind) }
        }
        #expect(words == Array("no".utf8)[...])
        #expect(kind == .reset)
    }

    @Test func `a large answer lets other connections have their turn`() async throws {
        let sizes = try await withPair { home, client, server in
            client.write([UInt8](repeating: 7, count: 8 << 20))
            var sizes: [Int] = []
            while sizes.reduce(0, +) < 8 << 20, let bytes = try await server.read(deadline: .now + .seconds(5)) {
                sizes.append(bytes.count)
            }
            return sizes
        }
        #expect(sizes.reduce(0, +) == 8 << 20)
        // No read sees more than what one or two turns of the loop have sent.
        #expect(sizes.allSatisfy { $0 <= 2 * Connection.sendAtOnce })
    }

    @Test func `nobody listening is a refused connection`() async throws {
        let home = Home(loop)
        let address = try loopback(1)
        let kind = await Task(executorPreference: loop) { await home.failure(to: address) }.value
        #expect(kind == .refused)
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("fe80::1", "[fe80::1]:80")])
    func `numeric addresses are read and written`(text: String, description: String) {
        #expect(SocketAddress(numeric: text, port: 80)?.description == description)
    }

    @Test(arguments: ["localhost", "127.0.0.256", "1.2.3", "", "[::1]"])
    func `what is no numeric address is refused`(text: String) {
        #expect(SocketAddress(numeric: text, port: 80) == nil)
    }
}

/// Something to be isolated to on the loop.
actor Home {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func run<Value: Sendable>(
        _ address: SocketAddress, _ body: @Sendable (isolated Home, Connection, Connection) async throws -> Value
    ) async throws -> Value {
        var descriptors: [Int32] = []
        let listener = try Listener(loop, on: address) { descriptors.append($0) }
        listener.resume()
        let client = try await Connection.connect(to: listener.address, on: loop, deadline: .now + .seconds(5))
        while descriptors.isEmpty { try await loop.sleep(until: .now + .milliseconds(1)) }
        let server = Connection(loop, accepted: descriptors[0])
        defer {
            client.close()
            server.close()
        }
        return try await body(self, client, server)
    }

    func failure(to address: SocketAddress) async -> ConnectionError.Kind? {
        do {
            let connection = try await Connection.connect(to: address, on: loop, deadline: .now + .seconds(5))
            connection.close()
            return nil
        } catch { return error.kind }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ListenerTests {
    private let loop = EventLoop(name: "test")

    init() {
        loop.start()
    }

    @Test func `an address that somebody listens on is not free`() async throws {
        let address = try #require(SocketAddress(ip: [127, 0, 0, 1], port: 0))
        let kind = await Task(executorPreference: loop) { await Home(loop).secondListener(on: address) }.value
        #expect(kind != nil)
    }

    @Test func `a live Unix socket is not taken away, and an abandoned one is`() async throws {
        let path = "/tmp/zoetrope-\(randomBytes(8).map { String($0, radix: 16) }.joined()).sock"
        defer { unlink(path) }
        let address = try #require(SocketAddress(unixPath: path))
        #expect(await Task(executorPreference: loop) { await Home(loop).secondListener(on: address) }.value != nil)
        // The first listener is gone, its file is not.
        try Listener.ensureFree(address)
        #expect(access(path, F_OK) != 0)
    }
}

extension Home {
    /// What a second process would be told; nil when it would be let in.
    func secondListener(on address: SocketAddress) -> ConnectionError.Kind? {
        do throws(ConnectionError) {
            let first = try Listener(loop, on: address) { close($0) }
            try Listener.ensureFree(first.address)
            return nil
        } catch { return error.kind }
    }
}

extension ConnectionTests {
    @Test func `connecting in a task that belongs to no actor comes back to the loop`() async throws {
        let address = try loopback(0)
        let isOnLoop = await loop.spawn { [loop] in
            let listener = Result { try Listener(loop, on: address) { close($0) } }
            guard let listener = try? listener.get() else { return [false] }
            var seen: [Bool] = []
            for _ in 0..<50 {
                let connection = try? await Connection.connect(to: listener.address, on: loop, deadline: .now + .seconds(5))
                seen.append(loop.isCurrent)
                connection?.close()
            }
            return seen
        }.value
        #expect(isOnLoop.allSatisfy { $0 })
    }
}
