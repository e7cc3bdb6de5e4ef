import Configuration
import Gateway
import Glibc
import HTTP
import Media
import Storage
import Transport

/// Runs the gateway until a signal ends it.
struct Server {
    private let configuration: GatewayConfiguration
    /// Reads the configuration once more.
    private let reload: @Sendable () -> Result<GatewayConfiguration, ConfigurationMistakes>
    private let log = LogWriter(descriptor: 2)
    private let state = GatewayState()

    /// For the spans that have not been exported, after everything else.
    private static let flushTime = Duration.seconds(2)
    private static let minimumSweepInterval = Duration.seconds(600)

    init(_ configuration: GatewayConfiguration, reload: @escaping @Sendable () -> Result<GatewayConfiguration, ConfigurationMistakes>) {
        self.configuration = configuration
        self.reload = reload
    }

    func run() -> Int32 {
        Process.raiseDescriptorLimit()
        Process.keepLargeBuffers()
        let loops = (0..<(configuration.server.loops ?? Process.coreCount)).map { EventLoop(name: "loop-\($0)") }
        let gateway: RunningGateway
        let server: HTTPServer
        do {
            gateway = RunningGateway(try Graph(configuration, log: log, state: state))
            server = HTTPServer(loops: loops, settings: try serverSettings())
        } catch {
            printError("zoetrope: \(error)")
            return ExitCode.failure
        }
        gateway.graph.metrics.watch(connections: { server.connections })
        for loop in loops { loop.start() }
        let first = loops[0]
        first.spawn { [self] in await start(server, gateway, loops) }
        first.spawn { [self] in await sweep(gateway.graph, on: first) }
        first.spawn { await gateway.graph.spending.keepBooks(on: first) }
        let traces = gateway.graph.traceExporter(on: first)
        if let traces { first.spawn { await traces.run() } }
        return waitForEnd(server, gateway, loops, traces)
    }

    private func serverSettings() throws -> HTTPServerSettings {
        let server = configuration.server
        let limits = HTTPLimits(head: server.limits.header, body: server.limits.body)
        let tls = try server.tls.map { try TLSContext.server(certificate: $0.certificate, key: $0.key) }
        return HTTPServerSettings(
            limits: limits, maximumConnections: server.limits.connections, headerTimeout: server.timeouts.header,
            idleTimeout: server.timeouts.idle, rate: MinimumRate(grace: min(server.timeouts.idle, .seconds(20))), tls: tls)
    }

    private func start(_ server: HTTPServer, _ gateway: RunningGateway, _ loops: [EventLoop]) async {
        var bound: [SocketAddress] = []
        for address in configuration.server.listen {
            do throws(ConnectionError) {
                bound.append(try await server.listen(on: try socketAddress(address)))
            } catch {
                printError("zoetrope: cannot listen on \(address): \(error.message)")
                exit(ExitCode.failure)
            }
        }
        let scheme = configuration.server.tls == nil ? "http" : "https"
        let urls = bound.map { PublicAddress.text(of: $0, scheme: scheme) }
        let handlers = await gateway.start(on: loops, addresses: urls)
        let graph = gateway.graph
        do {
            try await graph.spending.begin()
            try await graph.resumeTasks()
        } catch {
            printError("zoetrope: the tasks cannot be read: \(error)")
            exit(ExitCode.failure)
        }
        await server.start { [handlers] loop in
            guard let handler = handlers[ObjectIdentifier(loop)] else { preconditionFailure("a loop of this server") }
            return handler
        }
        for notice in configuration.notices { printError("zoetrope: \(notice)") }
        print(Greeting.text(urls, needsKey: graph.needsKey, version: Zoetrope.version))
        fflush(nil)
    }

    private func socketAddress(_ address: ListenAddress) throws(ConnectionError) -> SocketAddress {
        switch address {
        case .internet(let ip, let port):
            guard let address = SocketAddress(ip: ip.bytes, port: port) else { throw ConnectionError(.unreachable, "no such port") }
            return address
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else { throw ConnectionError(.unreachable, "the path is too long") }
            return address
        }
    }

    private func sweep(_ graph: Graph, on loop: EventLoop) async {
        while true {
            await graph.sweep()
            let pause = min(Server.minimumSweepInterval, max(.seconds(1), configuration.storage.retention / 4))
            try? await loop.sleep(until: .now + pause)
        }
    }

    /// Waits for the tasks whose outcome would be lost with the process; jobs that a provider has accepted are gone on with later.
    private func settle(_ tasks: TaskRunner, until deadline: Instant, on loop: EventLoop) async {
        while tasks.fragileCount > 0, Instant.now < deadline {
            try? await loop.sleep(until: .now + .milliseconds(50))
        }
    }

    /// All or nothing: a file with a mistake changes nothing.
    private func reload(_ gateway: RunningGateway) {
        switch reload() {
        case .success(let configuration):
            let former = gateway.graph
            let kept = RestartNeeds.keys(from: former.configuration, to: configuration)
            do {
                gateway.exchange(for: try former.reloaded(by: RestartNeeds.keeping(former.configuration, in: configuration)))
                let rest = kept.isEmpty ? "" : "; as before until a restart: \(kept.joined(separator: ", "))"
                printError("zoetrope: reloaded\(rest)")
            } catch {
                printError("zoetrope: nothing was reloaded: \(error)")
            }
        case .failure(let mistakes): printError("\(mistakes)\nzoetrope: nothing was reloaded")
        }
    }

    /// The first SIGTERM lets running calls finish; a second one ends at once.
    private func waitForEnd(
        _ server: HTTPServer, _ gateway: RunningGateway, _ loops: [EventLoop], _ traces: TraceExporter?
    ) -> Int32 {
        while ProcessSignal.wait() == .reload { reload(gateway) }
        state.drain()
        printError("zoetrope: draining")
        let deadline = Instant.now + configuration.server.timeouts.drain
        loops[0].spawn {
            await server.drain(deadline: deadline)
            await settle(gateway.graph.tasks, until: deadline, on: loops[0])
            await gateway.graph.spending.save()
            await traces?.flush(until: .now + Server.flushTime)
            // Of jobs that have ended meanwhile.
            await gateway.graph.spending.save()
            try? await loops[0].sleep(until: .now + LogWriter.delay)
            exit(ExitCode.success)
        }
        while ProcessSignal.wait() == .reload {}
        return ExitCode.failure
    }
}
