import Glibc

/// The time that retention is measured by: the wall clock, but never ahead of what has passed since it was last believed.
///
/// A wall clock that is set forward would make young files look old. Its new time is believed only after a whole
/// retention has passed, when all files from before are old by any clock.
struct RetentionClock: Sendable {
    struct Reading: Sendable, Hashable {
        /// Seconds since 1970.
        var wall: Int
        /// Seconds since some start, never set, running on while the machine sleeps.
        var steady: Int

        static var system: Reading {
            var wall = timespec()
            var steady = timespec()
            clock_gettime(CLOCK_REALTIME, &wall)
            clock_gettime(CLOCK_BOOTTIME, &steady)
            return Reading(wall: wall.tv_sec, steady: steady.tv_sec)
        }
    }

    private let retention: Int
    private var believedOffset: Int
    private var aheadSince: Int?

    /// - Parameter retention: seconds.
    init(retention: Int, at reading: Reading) {
        self.retention = retention
        believedOffset = reading.wall - reading.steady
    }

    /// Seconds since 1970; at most the wall clock's.
    mutating func now(at reading: Reading) -> Int {
        let offset = reading.wall - reading.steady
        // Two seconds between two readings are rounding or a clock being slewed, not set.
        if offset <= believedOffset + 2 {
            believedOffset = offset
            aheadSince = nil
        } else if let since = aheadSince, reading.steady - since > retention {
            believedOffset = offset
            aheadSince = nil
        } else if aheadSince == nil {
            aheadSince = reading.steady
        }
        return reading.steady + believedOffset
    }
}
