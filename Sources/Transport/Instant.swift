import Glibc

/// A moment by a clock that nobody sets, and that counts on while the machine sleeps. Unlike the standard library's, its layout is known to
/// the compiler: it costs nothing to keep in asynchronous functions.
package struct Instant: InstantProtocol, Sendable {
    /// Since some moment before the process began.
    private let nanoseconds: Int64

    /// As reading the clock tells it.
    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    private init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// What is further away than can be told is as far as can be told.
    package func advanced(by duration: Duration) -> Instant {
        let (sum, isTooFar) = nanoseconds.addingReportingOverflow(Instant.nanoseconds(of: duration))
        return Instant(nanoseconds: isTooFar ? (duration < .zero ? .min : .max) : sum)
    }

    package func duration(to other: Instant) -> Duration {
        let (difference, isTooFar) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(isTooFar ? (other < self ? .min : .max) : difference)
    }

    package static func < (one: Instant, other: Instant) -> Bool { one.nanoseconds < other.nanoseconds }
    package static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    package static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }
    package static func += (instant: inout Instant, duration: Duration) { instant = instant.advanced(by: duration) }
    package static func - (later: Instant, earlier: Instant) -> Duration { earlier.duration(to: later) }

    private static func nanoseconds(of duration: Duration) -> Int64 {
        Int64(exactly: duration.attoseconds / 1_000_000_000) ?? (duration < .zero ? .min : .max)
    }
}
