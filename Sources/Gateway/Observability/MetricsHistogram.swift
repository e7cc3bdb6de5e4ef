/// Observations sorted into buckets, as Prometheus wants them.
struct MetricHistogram: Sendable, Hashable {
    /// Upper ends of the buckets, growing; what is above all of them is in the count alone.
    let bounds: [Double]
    /// For each bound what is in its own bucket, then what is above the last.
    private(set) var buckets: [Int]
    private(set) var sum = 0.0

    init(_ bounds: [Double]) {
        self.bounds = bounds
        buckets = Array(repeating: 0, count: bounds.count + 1)
    }

    var count: Int { buckets.reduce(0, +) }

    /// For each bound how many observations do not exceed it.
    var cumulative: [(bound: Double, count: Int)] {
        var total = 0
        return zip(bounds, buckets).map { bound, count in
            total += count
            return (bound, total)
        }
    }

    /// - Parameter number: how often that is seen at once.
    mutating func observe(_ value: Double, times number: Int = 1) {
        buckets[bounds.firstIndex { value <= $0 } ?? bounds.count] += number
        sum += value * Double(number)
    }

    /// Takes a duration in seconds; a negative one is none.
    mutating func observe(_ duration: Duration) {
        observe(duration.inSeconds)
    }

    /// Adds another one with the same bounds.
    mutating func merge(_ other: MetricHistogram) {
        for (index, count) in other.buckets.enumerated() { buckets[index] += count }
        sum += other.sum
    }
}

extension Duration {
    /// To a billionth; 0 for a negative duration.
    var inSeconds: Double { max(Double(Int(attoseconds / 1_000_000_000)) / 1e9, 0) }
}

extension MetricHistogram {
    /// For answers: from a file out of memory to a video that is waited for.
    static let ofRequests = MetricHistogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600])
    /// For attempts: from a refusal to a long video.
    static let ofAttempts = MetricHistogram([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 3600])
    /// For timers that come late.
    static let ofLag = MetricHistogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
}
