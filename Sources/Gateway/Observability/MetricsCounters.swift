import HTTP
import Media
import Transport

/// Counts what happens on one loop. Its state is touched on that loop's thread alone, so that counting takes no lock.
package actor LoopCounters {
    nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private var names = MetricNames(models: ModelCatalogue(), providers: [])
    private var isWatched = false
    /// All since the start.
    private(set) var counts = MetricCounts()

    private static let lagInterval = Duration.milliseconds(500)

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// From now on these are the names that labels may have.
    nonisolated func take(_ names: MetricNames) {
        loop.execute { self.assumeIsolated { $0.names = names } }
    }

    /// A request is over.
    nonisolated func count(_ record: AccessRecord, _ match: Route.Match, _ delivery: HTTPDelivery, now: ContinuousClock.Instant) {
        let request = MetricCounts.Request(
            route: match.metricName, dialect: match.metricDialect, status: delivery.isComplete ? record.status : 499)
        change { $0.count(request, duration: now - record.started, sent: delivery.bodyBytes) }
    }

    /// Attempts have ended, or were not made.
    nonisolated func count(_ attempts: [Attempt], by caller: String) {
        guard !attempts.isEmpty else { return }
        loop.execute {
            self.assumeIsolated { counters in
                for attempt in attempts { counters.counts.count(attempt, by: caller, counters.names) }
            }
        }
    }

    /// A call is through with its candidates.
    nonisolated func count(resultsOf outcome: DispatchOutcome, for request: GenerationRequest) {
        guard case .success(let result) = outcome.result else { return }
        let (number, kind) = (result.assets.count, request.operation.isVideo ? "video" : "image")
        change { $0.count(results: number, ofKind: kind) }
    }

    /// Measures how late the loop's timers are, until its task is cancelled; once is enough.
    package func watchLag() async {
        guard !isWatched else { return }
        isWatched = true
        while !Task.isCancelled {
            let due = ContinuousClock.now + LoopCounters.lagInterval
            try? await loop.sleep(until: due)
            counts.count(lag: .now - due)
        }
    }

    private nonisolated func change(_ change: @escaping @Sendable (inout MetricCounts) -> Void) {
        loop.execute { self.assumeIsolated { change(&$0.counts) } }
    }
}
