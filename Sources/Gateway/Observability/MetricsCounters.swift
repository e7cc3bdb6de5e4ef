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
    /// The last hour of the providers.
    private(set) var history = AttemptHistory()
    private let epoch: ContinuousClock.Instant

    private static let lagInterval = Duration.milliseconds(500)

    /// - Parameter epoch: the same for all loops; minutes are counted from it.
    init(_ loop: EventLoop, since epoch: ContinuousClock.Instant) {
        self.loop = loop
        self.epoch = epoch
    }

    static func minute(since epoch: ContinuousClock.Instant) -> Int { Int((.now - epoch) / .seconds(60)) }

    /// From now on these are the names that labels may have.
    nonisolated func take(_ names: MetricNames) {
        loop.execute {
            self.assumeIsolated { counters in
                counters.names = names
                counters.history.keep(only: names)
            }
        }
    }

    /// A request is over.
    nonisolated func count(_ record: AccessRecord, _ match: Route.Match, _ delivery: HTTPDelivery, now: ContinuousClock.Instant) {
        let request = MetricCounts.Request(
            route: match.metricName, dialect: match.metricDialect, status: delivery.isComplete ? record.status : 499)
        change { $0.count(request, duration: now - record.started, sent: delivery.bodyBytes, received: delivery.receivedBytes) }
    }

    /// Attempts have ended, or were not made.
    nonisolated func count(_ attempts: [Attempt], by caller: String) {
        guard !attempts.isEmpty else { return }
        loop.execute {
            self.assumeIsolated { counters in
                let minute = Self.minute(since: counters.epoch)
                for attempt in attempts {
                    counters.counts.count(attempt, by: caller, counters.names)
                    counters.history.count(attempt, counters.names, minute: minute)
                }
            }
        }
    }

    /// A call is through with its candidates.
    /// - Parameter isTimed: false: its attempts have not seen all of the work.
    nonisolated func count(resultsOf outcome: DispatchOutcome, for request: GenerationRequest, isTimed: Bool = true) {
        guard let made = MadeResults(outcome, for: request, isTimed: isTimed) else { return }
        loop.execute { self.assumeIsolated { $0.counts.count(made, $0.names) } }
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
