import HTTP
package import Media
import Synchronization
package import Transport

/// Sends spans to a collector, batch after batch, from one loop. What it cannot deliver is counted, and told at most once a minute.
package final class TraceExporter: Sendable {
    /// What an exporter works with.
    package struct Environment: Sendable {
        package var now: @Sendable () -> Instant
        package var sleep: @Sendable (Instant) async throws -> Void
        /// From 0 up to 1.
        package var jitter: @Sendable () -> Double
        /// Takes a line for the log, without its end.
        package var report: @Sendable (String) -> Void

        package init(
            now: @escaping @Sendable () -> Instant = { .now },
            sleep: @escaping @Sendable (Instant) async throws -> Void,
            jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) }, report: @escaping @Sendable (String) -> Void
        ) {
            self.now = now
            self.sleep = sleep
            self.jitter = jitter
            self.report = report
        }
    }

    private struct State: Sendable {
        /// When everything has to be out; nil: there is no end in sight.
        var end: Instant?
        var hasEnded = false
        var lines = TraceLossReport()
    }

    let settings: TraceSettings
    let queue: SpanQueue
    let transport: any TraceTransport
    let environment: Environment
    let fields: HTTPFields
    private let document: OTLPDocument
    private let state = Mutex(State())

    /// - Parameter version: of the program.
    package init(
        _ settings: TraceSettings, of queue: SpanQueue, version: String, transport: any TraceTransport, environment: Environment
    ) {
        self.settings = settings
        self.queue = queue
        self.transport = transport
        self.environment = environment
        var fields: HTTPFields = [.contentType: "application/json", .userAgent: "zoetrope/\(version)"]
        for header in settings.headers { fields.set(HTTPFieldName(header.name), header.value.value) }
        self.fields = fields
        document = OTLPDocument(resource: settings.resource, version: version)
    }

    /// Works until it is flushed, or its task is cancelled. Call once, on the loop of the transport.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tick() }
            for await _ in queue.bell {
                let isLast = end != nil
                await exportWaiting()
                if isLast { break }
            }
            group.cancelAll()
        }
        state.withLock { $0.hasEnded = true }
    }

    /// Sends what waits, without trying twice, and waits for that; then nothing more is sent.
    /// - Parameter deadline: spans that are not out by then are lost.
    package func flush(until deadline: Instant) async {
        state.withLock { $0.end = deadline }
        queue.ring()
        while !state.withLock(\.hasEnded), environment.now() < deadline {
            guard (try? await environment.sleep(min(deadline, environment.now() + .milliseconds(10)))) != nil else { return }
        }
    }

    /// When everything has to be out; nil: there is no end in sight.
    var end: Instant? { state.withLock(\.end) }

    private func tick() async {
        while (try? await environment.sleep(environment.now() + settings.interval)) != nil { queue.ring() }
    }

    private func exportWaiting() async {
        while !Task.isCancelled {
            let spans = queue.take()
            guard !spans.isEmpty else { return }
            let document = document
            let body = await BlockingPool.compute.run { document.bytes(of: spans) }
            if let loss = await send(body, count: spans.count) { lose(loss) }
            if spans.count < SpanQueue.batchSize { return }
        }
    }

    private func lose(_ loss: TraceLoss) {
        queue.drop(loss.count)
        let (dropped, now) = (queue.dropped, environment.now())
        if let line = state.withLock({ $0.lines.line(loss, dropped: dropped, at: now) }) { environment.report(line) }
    }
}
