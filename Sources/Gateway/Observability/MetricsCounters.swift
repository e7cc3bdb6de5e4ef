import HTTP
import Media
import Synchronization
import Transport

/// Counts what happens on one loop, under a lock that nobody waits for: who asks for the counts does so on the loop, too.
package final class LoopCounters: Sendable {
    private struct State: Sendable {
        var names: MetricNames
        var layout: MetricLayout
        var counts = MetricCounts()
        var history = AttemptHistory()

        init(_ names: MetricNames) {
            self.names = names
            layout = counts.layout(names)
        }

        mutating func take(_ names: MetricNames) {
            self.names = names
            layout = counts.layout(names)
            history.keep(only: names)
        }

        mutating func count(_ attempts: [Attempt], by caller: String, minute: Int) {
            for index in attempts.indices {
                counts.count(attempts[index], by: caller, &layout)
                history.count(attempts[index], names, minute: minute)
            }
        }
    }

    let loop: EventLoop
    private let state: Mutex<State>
    private let isWatched = Atomic<Bool>(false)
    private let epoch: Instant

    private static let lagInterval = Duration.milliseconds(500)

    /// - Parameter epoch: the same for all loops; minutes are counted from it.
    init(_ loop: EventLoop, _ names: MetricNames, since epoch: Instant) {
        self.loop = loop
        self.epoch = epoch
        state = Mutex(State(names))
    }

    static func minute(since epoch: Instant) -> Int { Int((.now - epoch).inSeconds) / 60 }

    /// All since the start, asked on the loop: a loop that hangs does not answer.
    var counts: MetricCounts {
        get async { await loop.spawn { self.state.withLock { $0.counts } }.value }
    }

    /// The last hour of the providers, asked in the same way.
    var history: AttemptHistory {
        get async { await loop.spawn { self.state.withLock { $0.history } }.value }
    }

    /// From now on these are the names that labels may have.
    func take(_ names: MetricNames) {
        state.withLock { $0.take(names) }
    }

    /// A request is over.
    func count(_ record: borrowing AccessRecord, _ match: Route.Match, _ delivery: HTTPDelivery, now: Instant) {
        let request = MetricCounts.Request(route: match.metricName, dialect: match.metricDialect, status: record.status(of: delivery))
        let duration = now - record.started
        state.withLock {
            $0.counts.count(request, duration: duration, sent: delivery.bodyBytes, received: delivery.receivedBytes)
        }
    }

    /// Attempts have ended, or were not made.
    func count(_ attempts: [Attempt], by caller: String) {
        guard !attempts.isEmpty else { return }
        let minute = Self.minute(since: epoch)
        state.withLock { $0.count(attempts, by: caller, minute: minute) }
    }

    /// A call has ended, and nobody has counted its attempts.
    func count(_ outcome: borrowing DispatchOutcome, for request: GenerationRequest, by caller: String) {
        let minute = Self.minute(since: epoch)
        let made = MadeResults(outcome, for: request, isTimed: true)
        state.withLock { [attempts = outcome.attempts] state in
            state.count(attempts, by: caller, minute: minute)
            if let made { state.counts.count(made, &state.layout) }
        }
    }

    /// A call is through with its candidates.
    /// - Parameter isTimed: false: its attempts have not seen all of the work.
    func count(resultsOf outcome: DispatchOutcome, for request: GenerationRequest, isTimed: Bool = true) {
        guard let made = MadeResults(outcome, for: request, isTimed: isTimed) else { return }
        state.withLock { $0.counts.count(made, &$0.layout) }
    }

    /// Measures how late the loop's timers are, until its task is cancelled; once is enough.
    package func watchLag() async {
        guard !isWatched.exchange(true, ordering: .relaxed) else { return }
        while !Task.isCancelled {
            let due = Instant.now + LoopCounters.lagInterval
            try? await loop.sleep(until: due)
            let late = Instant.now - due
            state.withLock { $0.counts.count(lag: late) }
        }
    }
}
