import Configuration
import Glibc
import HTTP
import Transport

/// Asks the gateway of this configuration whether it lives: what a container's health check runs.
struct HealthCheck {
    private let configuration: GatewayConfiguration

    init(_ configuration: GatewayConfiguration) {
        self.configuration = configuration
    }

    func run() -> Int32 {
        guard let address = configuration.server.listen.lazy.compactMap(HealthCheck.target).first else {
            printError("zoetrope: no address to ask")
            return ExitCode.failure
        }
        let isSecure = configuration.server.tls != nil
        let loop = EventLoop(name: "health")
        loop.start()
        loop.spawn { exit(await HealthCheck.ask(address, isSecure: isSecure, on: loop)) }
        while true { pause() }
    }

    /// Where a listener is reached from this machine.
    private static func target(_ address: ListenAddress) -> SocketAddress? {
        switch address {
        case .internet(let ip, let port):
            let isUnspecified = ip.bytes.allSatisfy { $0 == 0 }
            let local: [UInt8] = ip.bytes.count == 4 ? [127, 0, 0, 1] : Array(repeating: 0, count: 15) + [1]
            return SocketAddress(ip: isUnspecified ? local : ip.bytes, port: port)
        case .unix(let path): return SocketAddress(unixPath: path)
        }
    }

    private static func ask(_ address: SocketAddress, isSecure: Bool, on loop: EventLoop) async -> Int32 {
        do {
            let deadline = Instant.now + .seconds(3)
            let connection = try await Connection.connect(to: address, on: loop, deadline: deadline)
            // A TLS listener that accepts is alive; what its name is worth, the public host's clients check.
            guard !isSecure else { return ExitCode.success }
            connection.write(Array("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".utf8))
            let answer = try await connection.read(deadline: deadline) ?? []
            connection.close()
            return String(decoding: answer.prefix(12), as: UTF8.self) == "HTTP/1.1 200" ? ExitCode.success : ExitCode.failure
        } catch {
            printError("zoetrope: \(error)")
            return ExitCode.failure
        }
    }
}
