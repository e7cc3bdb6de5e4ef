import Glibc
import Synchronization
import Transport

/// Writes lines to a descriptor from a thread of its own; what waits is bounded, and what does not fit is counted.
package final class LogWriter: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
        var isWriting = false
    }

    private let descriptor: Int32
    private let pool = BlockingPool(name: "log", threads: 1)
    private let state = Mutex(State())

    /// Bytes.
    private static let capacity = 8 << 20
    private static let keptCapacity = 256 << 10
    /// How long a line is on its way where the descriptor takes it: lines are gathered, for to wake the thread for each would cost more
    /// than the line itself.
    package static let delay = Duration.milliseconds(5)
    /// Microseconds, well below that.
    private static let gathering: UInt32 = 2_000

    /// - Parameter descriptor: stays open; 2 is standard error.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Parameter line: without its line end.
    package func write(_ line: [UInt8]) {
        let starts = state.withLock { state in
            guard state.waiting.count + line.count < LogWriter.capacity else {
                state.dropped += 1
                return false
            }
            state.waiting += line
            state.waiting.append(10)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if starts { pool.submit { self.writeWaiting() } }
    }

    private func writeWaiting() {
        var bytes: [UInt8] = []
        while true {
            // Two buffers take turns; what a rush has made large is let go.
            if bytes.capacity > LogWriter.keptCapacity { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
            let dropped = state.withLock { state in
                swap(&state.waiting, &bytes)
                defer { state.dropped = 0 }
                state.isWriting = !bytes.isEmpty || state.dropped > 0
                return state.dropped
            }
            guard !bytes.isEmpty || dropped > 0 else { return }
            writeAll(bytes)
            if dropped > 0 { writeAll(Array("{\"event\":\"log_lines_dropped\",\"count\":\(dropped)}\n".utf8)) }
            usleep(LogWriter.gathering)
        }
    }

    private func writeAll(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if result < 0, errno == EINTR { continue }
            // A descriptor shared with others may be non-blocking.
            if result < 0, errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wait, 1, -1) >= 0 || errno == EINTR else { return }
                continue
            }
            guard result > 0 else { return }
            done += result
        }
    }
}
