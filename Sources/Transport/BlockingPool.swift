import Glibc

/// A few threads for work that blocks: files and name resolution.
// Safe although unchecked: `jobs` is touched under the mutex alone.
package final class BlockingPool: @unchecked Sendable {
    /// For files.
    package static let files = BlockingPool(name: "files", threads: 4)

    /// For work that keeps a core busy for more than about a millisecond. (`@concurrent` does not leave a loop that its task prefers.)
    package static let compute = BlockingPool(name: "compute", threads: Process.coreCount)

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs = RingBuffer<@Sendable () -> Void>()

    /// Lives as long as the process.
    package init(name: String, threads: Int) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for _ in 0..<threads {
            startThread(named: name) { [self] in work() }
        }
    }

    /// Runs `work` on one of the threads. Its queue is as long as there are callers waiting.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            submit { continuation.resume(returning: work()) }
        }
    }

    /// Runs `work` on one of the threads without waiting for it.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        jobs.append(work)
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    private func work() -> Never {
        while true {
            pthread_mutex_lock(mutex)
            var next = jobs.popFirst()
            while next == nil {
                pthread_cond_wait(condition, mutex)
                next = jobs.popFirst()
            }
            pthread_mutex_unlock(mutex)
            next?()
        }
    }
}
