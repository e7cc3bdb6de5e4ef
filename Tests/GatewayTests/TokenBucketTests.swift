import Testing
import Transport

@testable import Gateway

@Suite struct TokenBucketTests {
    private let start = Instant.now

    private func isTaken(_ decision: TokenBucket.Decision) -> Bool {
        switch decision {
        case .taken: true
        case .refused: false
        }
    }

    @Test(arguments: [1, 2, 7, 60, 600, 10_000_000])
    func `a whole minute's worth may be used at once and not one more`(rate: Int) {
        var bucket = TokenBucket(perMinute: rate)
        for left in stride(from: rate - 1, through: max(0, rate - 1000), by: -1) {
            #expect(bucket.take(at: start) == .taken(remaining: left, resetAfter: .seconds(60)))
        }
        guard rate <= 1000 else { return }
        #expect(bucket.take(at: start + .seconds(1)) == .refused(retryAfter: .seconds(59), resetAfter: .seconds(59)))
        #expect(bucket.take(at: start + .seconds(60)) == .taken(remaining: rate - 1, resetAfter: .seconds(60)))
    }

    @Test func `each token comes back a minute after it was taken`() {
        var bucket = TokenBucket(perMinute: 2)
        #expect(bucket.take(at: start) == .taken(remaining: 1, resetAfter: .seconds(60)))
        #expect(bucket.take(at: start + .seconds(20)) == .taken(remaining: 0, resetAfter: .seconds(60)))
        #expect(bucket.take(at: start + .seconds(30)) == .refused(retryAfter: .seconds(30), resetAfter: .seconds(50)))
        #expect(bucket.take(at: start + .seconds(60)) == .taken(remaining: 0, resetAfter: .seconds(60)))
        #expect(bucket.take(at: start + .seconds(79)) == .refused(retryAfter: .seconds(1), resetAfter: .seconds(41)))
    }

    @Test(arguments: [1, 3, 60, 599, 6_000])
    func `who keeps to the rate is never refused`(rate: Int) {
        var bucket = TokenBucket(perMinute: rate)
        let refused = (0..<rate * 10).count { index in
            !isTaken(bucket.take(at: start + .seconds(60) * index / rate))
        }
        #expect(refused == 0)
    }

    @Test func `over an hour of too many requests there is no drift`() {
        var bucket = TokenBucket(perMinute: 7)
        let taken = (0..<36_000).count { isTaken(bucket.take(at: start + .milliseconds(100) * $0)) }
        #expect(taken == 7 * 60)
    }

    @Test func `a moment before the last one is as good`() {
        var bucket = TokenBucket(perMinute: 2)
        _ = bucket.take(at: start + .seconds(5))
        #expect(bucket.take(at: start) == .taken(remaining: 0, resetAfter: .seconds(65)))
        #expect(bucket.take(at: start) == .refused(retryAfter: .seconds(65), resetAfter: .seconds(65)))
    }

    @Test func `another rate keeps what is taken`() {
        var bucket = TokenBucket(perMinute: 3)
        for second in 0..<3 { _ = bucket.take(at: start + .seconds(second)) }
        bucket.capacity = 2
        // Two tokens must be back for one to be left.
        #expect(bucket.take(at: start + .seconds(3)) == .refused(retryAfter: .seconds(58), resetAfter: .seconds(59)))
        bucket.capacity = 5
        #expect(bucket.take(at: start + .seconds(3)) == .taken(remaining: 1, resetAfter: .seconds(60)))
        bucket.capacity = 0
        #expect(bucket.capacity == 1)
    }

    @Test func `a bucket is full when all tokens are back`() {
        var bucket = TokenBucket(perMinute: 3)
        #expect(bucket.isFull(at: start))
        _ = bucket.take(at: start)
        #expect(!bucket.isFull(at: start + .seconds(59)))
        #expect(bucket.isFull(at: start + .seconds(60)))
    }
}
