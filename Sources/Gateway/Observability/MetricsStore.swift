import Media

/// What the task store has told of its transactions.
struct StoreCounts: Sendable {
    private(set) var durations = MetricHistogram.ofCommits
    private(set) var writes = MetricHistogram.ofCommitWrites
    private(set) var failed = 0
    private(set) var refused = 0

    mutating func count(_ event: TaskStoreEvent) {
        switch event {
        case .transaction(let writes, let failed, let duration):
            durations.observe(duration)
            self.writes.observe(Double(writes))
            self.failed += failed
        case .refused(let writes): refused += writes
        }
    }

    func write(to text: inout MetricsText) {
        text.add(
            "zoetrope_store_commit_seconds", "Transactions of the task store, from their begin to the end of the sync.",
            [([], durations)])
        text.add("zoetrope_store_commit_writes", "Writes that share a transaction.", [([], writes)])
        text.add(
            .counter, "zoetrope_store_refused_total", "Writes that are not on disk: refused for want of room in the queue, or failed.",
            [([("reason", "busy")], Double(refused)), ([("reason", "failed")], Double(failed))])
    }
}

extension MetricHistogram {
    /// For transactions: from a disk with a cache that is safe to one that is overloaded.
    static let ofCommits = MetricHistogram([0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
    /// For writes that share one.
    static let ofCommitWrites = MetricHistogram([1, 2, 5, 10, 20, 50, 100, 200])
}
