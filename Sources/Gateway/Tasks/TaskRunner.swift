import HTTP
package import Media
import Synchronization
import Transport

/// Owns all tasks beyond their requests: starts, resumes, finds and ends them. One for the process; the work is done on the loops.
package final class TaskRunner: Sendable {
    let store: any TaskStore
    let media: any MediaStore
    let settings: TaskSettings
    /// Seconds since 1970.
    let now: @Sendable () -> Int
    /// Seconds since 1970, never ahead of what has really passed: what ages, ages by this.
    let age: @Sendable () -> Int
    /// Takes a line for the log, without its end.
    let report: @Sendable (String) -> Void
    let state: Mutex<State>
    /// Called when the outbox has something new.
    private let outbox = Mutex<(@Sendable () -> Void)?>(nil)

    /// What is behind the lock.
    struct State: Sendable {
        var workers: [GatewayServices] = []
        var nextWorker = 0
        var live: [String: LiveTask] = [:]
        var waiting: [String: Job] = [:]
        var scheduler: TaskScheduler
        var durations = PastDurations()
        var running = 0
        var lastJob = 0
    }

    /// Work that can begin.
    struct Job: Sendable {
        var live: LiveTask
        var worker: GatewayServices
        var given: GenerationRequest?
        /// Of the request that made it; whoever lets it begin has another.
        var trace = TraceContext.current
        /// Why it is not even begun.
        var refusal: APIError?
        var place: TaskPlace?
        /// False: it does not wait for its turn and takes none.
        var isScheduled = true
    }

    package init(
        store: any TaskStore, media: any MediaStore, settings: TaskSettings, now: @escaping @Sendable () -> Int,
        age: (@Sendable () -> Int)? = nil, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.media = media
        self.settings = settings
        self.now = now
        self.age = age ?? now
        self.report = report
        state = Mutex(State(scheduler: TaskScheduler(maximumRunning: settings.maximumRunning)))
    }

    /// One of the loops that tasks can be resumed on.
    package func attach(_ worker: GatewayServices) {
        state.withLock { state in
            if let index = state.workers.firstIndex(where: { $0.loop === worker.loop }) {
                state.workers[index] = worker
            } else {
                state.workers.append(worker)
            }
        }
    }

    /// - Parameter wake: called after an event has come into the outbox.
    package func onEvent(_ wake: @escaping @Sendable () -> Void) {
        outbox.withLock { $0 = wake }
    }

    func wakeOutbox() {
        outbox.withLock { $0 }?()
    }

    /// Tasks that this process works on.
    package var liveCount: Int { state.withLock { $0.live.count } }

    /// Tasks of which something would be lost, or unknown, if the process ended now.
    package var fragileCount: Int {
        state.withLock { Array($0.live.values) }.count(where: \.isFragile)
    }
}
