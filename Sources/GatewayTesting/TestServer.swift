package import HTTP
import Synchronization
package import Transport

/// The house's server on a free port of the loopback address, with a closure for a handler; it listens until it is drained.
package final class TestServer: Sendable {
    package let server: HTTPServer
    package let address: SocketAddress
    /// Keeps servers whose tests only keep a connection.
    private static let all = Mutex<[HTTPServer]>([])

    package init(
        _ settings: HTTPServerSettings = HTTPServerSettings(), on loop: EventLoop = .testServers,
        _ respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws {
        server = HTTPServer(loops: [loop], settings: settings)
        let server = server
        Self.all.withLock { $0.append(server) }
        address = try await server.listen(on: try loopback())
        await server.start { _ in ClosureHandler(answer: respond) }
    }

    /// A new raw client of this server.
    package func connect(tls: TLSContext? = nil) async throws -> RawConnection {
        try await RawConnection.connect(to: address, tls: tls)
    }
}

/// Answers with a closure; refusals are JSON with the refusal's own status.
package struct ClosureHandler: HTTPHandler {
    private let answer: @Sendable (HTTPRequest) async -> HTTPResponse

    package init(answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) {
        self.answer = answer
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        await answer(request)
    }

    package func refuse(_ reason: HTTPRefusal) -> HTTPResponse {
        let status: HTTPStatus =
            switch reason {
            case .malformed(let error): error.status
            case .headTimeout: 408
            case .unknownExpectation: 417
            case .noRoom: 503
            }
        return HTTPResponse(
            status: status, fields: [.contentType: "application/json"], body: HTTPBody(Array("{\"status\":\(status.code)}".utf8)))
    }
}

extension HTTPResponse {
    /// 200 with plain text.
    package static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, fields: [.contentType: "text/plain"], body: HTTPBody(Array(text.utf8)))
    }
}

extension HTTPBody {
    /// Everything, in memory.
    package func collect() async throws -> [UInt8] {
        switch self {
        case .none: return []
        case .pieces(let pieces):
            return pieces.flatMap { piece in
                switch piece {
                case .bytes(let bytes): Array(bytes)
                case .file(let file, let range): (try? file.read(range)) ?? []
                }
            }
        case .stream(let stream, _):
            var bytes: [UInt8] = []
            while let more = try await stream.next() { bytes += more }
            return bytes
        }
    }
}

/// A body made by a closure: nil at the end.
package struct ClosureBody: HTTPBodyStream {
    private let make: @Sendable () async throws -> ArraySlice<UInt8>?

    package init(_ make: @escaping @Sendable () async throws -> ArraySlice<UInt8>?) {
        self.make = make
    }

    package func next() async throws -> ArraySlice<UInt8>? {
        try await make()
    }
}
