import Configuration
import Gateway
import Glibc
import HTTP
import Transport

extension Graph {
    /// What exports spans from one loop; nil: nothing is to be exported. What the environment says of it holds until the process ends.
    func traceExporter(on loop: EventLoop) -> TraceExporter? {
        guard let settings = configuration.traces, let spans = parts.spans else { return nil }
        let client = HTTPClient(loop, resolver: parts.resolver)
        let log = parts.log
        return TraceExporter(
            settings, of: spans, version: Zoetrope.version,
            transport: HTTPClientTraceTransport(client: client, tls: upstreams.systemTLS, now: { time(nil) }),
            environment: TraceExporter.Environment(
                sleep: { try await loop.sleep(until: $0) }, report: { log.write(Array($0.utf8)) }))
    }
}
