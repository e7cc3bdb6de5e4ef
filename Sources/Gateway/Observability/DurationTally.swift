import Glibc

/// Durations counted in buckets that grow by a fifth: percentiles, roughly, in little room.
struct DurationTally: Sendable, Hashable {
    /// Up to more than an hour; what is longer is in the last, what is shorter than a millisecond in the first.
    private static let bucketCount = 88
    private static let bucketsPerDoubling = 4.0

    /// Empty until something is counted.
    private var counts: [UInt32] = []

    mutating func count(_ duration: Duration) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.bucketCount) }
        let milliseconds = max(duration.inSeconds * 1000, 1)
        let bucket = min(Int(log2(milliseconds) * Self.bucketsPerDoubling), Self.bucketCount - 1)
        counts[bucket] &+= 1
    }

    mutating func merge(_ other: DurationTally) {
        guard !counts.isEmpty else { return counts = other.counts }
        for (bucket, count) in other.counts.enumerated() { counts[bucket] &+= count }
    }

    /// What so many of the counted durations do not exceed, to a tenth; nil: there are none.
    /// - Parameter share: 0 to 1.
    func percentile(_ share: Double) -> Duration? {
        let total = counts.reduce(0) { $0 + Int($1) }
        let rank = max(Int((share * Double(total)).rounded(.up)), 1)
        var seen = 0
        for (bucket, count) in counts.enumerated() {
            seen += Int(count)
            if seen >= rank { return .milliseconds(exp2((Double(bucket) + 0.5) / Self.bucketsPerDoubling)) }
        }
        return nil
    }
}
