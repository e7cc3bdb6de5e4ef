import Glibc

/// Process signals, taken one by one by a thread that waits for them.
package enum ProcessSignal: Sendable {
    case terminate, reload

    /// Blocks the signals in this thread and all started later. Call it before any thread starts.
    package static func prepare() {
        var set = handled
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Blocks the calling thread until a signal comes.
    package static func wait() -> ProcessSignal {
        var set = handled
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return number == SIGHUP ? .reload : .terminate
    }

    private static var handled: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
