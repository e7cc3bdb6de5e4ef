import Synchronization

/// The time that retention is measured by, for all that is kept: see `RetentionClock`.
package final class RetentionTime: Sendable {
    private let reading: @Sendable () -> RetentionClock.Reading
    private let clock: Mutex<RetentionClock>

    /// - Parameter retention: how long things are kept.
    package convenience init(retention: Duration) {
        self.init(retention: retention, reading: { .system })
    }

    init(retention: Duration, reading: @escaping @Sendable () -> RetentionClock.Reading) {
        self.reading = reading
        clock = Mutex(RetentionClock(retention: Int(clamping: retention.components.seconds), at: reading()))
    }

    /// Seconds since 1970 by the wall clock, which may be set; every look at it is a chance to see that it was.
    package var wall: Int {
        let reading = reading()
        _ = clock.withLock { $0.now(at: reading) }
        return reading.wall
    }

    /// Seconds since 1970; never ahead of what has really passed.
    package func now() -> Int {
        let reading = reading()
        return clock.withLock { $0.now(at: reading) }
    }
}
