import Glibc

/// The time of day, for providers that read dates.
package enum WallClock {
    /// Seconds since 1970.
    package static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec)
    }
}
