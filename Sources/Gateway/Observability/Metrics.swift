import Glibc
import Media
import Synchronization
import Transport

/// What the process counts: a `LoopCounters` for each loop, added up when somebody asks.
package final class Metrics: Sendable {
    /// Of the program.
    let version: String
    /// Seconds since 1970.
    let started = time(nil)
    let sources = MetricSources()
    private let counters = Mutex<[LoopCounters]>([])
    private let epoch = Instant.now

    package init(version: String = "unknown") {
        self.version = version
    }

    /// Makes the counters of a loop; after a reload it has the same, with other names.
    func attach(_ loop: EventLoop, _ names: MetricNames) -> LoopCounters {
        counters.withLock { all in
            if let known = all.first(where: { $0.loop === loop }) {
                known.take(names)
                return known
            }
            let new = LoopCounters(loop, names, since: epoch)
            all.append(new)
            return new
        }
    }

    /// Whole minutes since the start.
    var minute: Int { LoopCounters.minute(since: epoch) }

    /// The last hour of the providers, on all loops.
    func history() async -> AttemptHistory {
        var sum = AttemptHistory()
        for counters in counters.withLock({ $0 }) { sum.merge(await counters.history) }
        return sum
    }

    /// The sum over all loops, asked one after the other.
    func counts() async -> MetricCounts {
        var sum = MetricCounts()
        for counters in counters.withLock({ $0 }) { sum.merge(await counters.counts) }
        return sum
    }
}
