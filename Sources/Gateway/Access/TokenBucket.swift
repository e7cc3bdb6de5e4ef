import Transport

/// So many requests in a minute: a bucket of tokens that each come back a minute after they were taken.
///
/// The whole of it may be used at once, and no minute sees more than it holds. (A bucket that is refilled evenly would let twice as much
/// through in the first minute.) Tokens taken within half a second come back together, so that a bucket is small at every rate.
struct TokenBucket: Sendable {
    enum Decision: Sendable, Hashable {
        /// - Parameter resetAfter: until the bucket is full again.
        case taken(remaining: Int, resetAfter: Duration)
        /// - Parameter retryAfter: until a token is back.
        case refused(retryAfter: Duration, resetAfter: Duration)
    }

    /// Tokens taken together.
    private struct Group: Sendable {
        let start: Instant
        var count: Int

        func isOver(at now: Instant) -> Bool { now - start >= TokenBucket.period }

        func wait(at now: Instant) -> Duration { max(.zero, TokenBucket.period - (now - start)) }
    }

    /// At least 1; fewer than were taken last minute is allowed, and means a wait.
    var capacity: Int {
        didSet { capacity = max(1, capacity) }
    }
    private var groups: [Group] = []
    private var taken = 0

    private static let period = Duration.seconds(60)
    private static let grain = Duration.milliseconds(500)

    init(perMinute: Int) {
        capacity = max(1, perMinute)
    }

    /// - Parameters:
    ///   - now: monotonic; one a little older than the last is as good.
    ///   - capacity: from now on.
    mutating func take(at now: Instant, of capacity: Int) -> Decision {
        if self.capacity != capacity { self.capacity = capacity }
        return take(at: now)
    }

    mutating func take(at now: Instant) -> Decision {
        giveBack(at: now)
        guard taken < capacity else { return .refused(retryAfter: retryAfter(at: now), resetAfter: resetAfter(at: now)) }
        taken += 1
        if let last = groups.indices.last, now - groups[last].start < TokenBucket.grain {
            groups[last].count += 1
        } else {
            groups.append(Group(start: now, count: 1))
        }
        return .taken(remaining: capacity - taken, resetAfter: resetAfter(at: now))
    }

    /// Nothing is taken: a new bucket would be the same.
    func isFull(at now: Instant) -> Bool {
        groups.allSatisfy { $0.isOver(at: now) }
    }

    private mutating func giveBack(at now: Instant) {
        guard let first = groups.first, first.isOver(at: now) else { return }
        let over = groups.prefix { $0.isOver(at: now) }
        taken -= over.reduce(0) { $0 + $1.count }
        groups.removeFirst(over.count)
    }

    /// Until enough are back for one more.
    private func retryAfter(at now: Instant) -> Duration {
        var surplus = taken - capacity
        for group in groups {
            surplus -= group.count
            if surplus < 0 { return group.wait(at: now) }
        }
        return .zero
    }

    private func resetAfter(at now: Instant) -> Duration {
        groups.last?.wait(at: now) ?? .zero
    }
}
