import CLibevent
import CShims
import Glibc
import Synchronization

/// One thread with one libevent base, which runs Swift tasks between events.
///
/// Tasks stay on the thread when they are started with `Task(executorPreference: loop)` and their actors name the loop as executor: their
/// jobs then pass through a plain ring. Jobs from other threads come through a mutex and an eventfd, and are counted.
// Safe although unchecked: `base` and `ring` are touched by the loop's own thread alone; the rest is atomic or behind a mutex.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    let base: OpaquePointer
    @exclusivity(unchecked) private var ring = RingBuffer<UnownedJob>()
    private var wakeEvent: OpaquePointer?
    @exclusivity(unchecked) private var sending: [Connection] = []
    private let wakeDescriptor: Int32
    private let remote = Mutex<[UnownedJob]>([])
    private let stopping = Atomic<Bool>(false)
    private let remoteEnqueues = Atomic<Int>(0)
    package let name: String
    /// Where bytes from a socket land before they are copied to where they stay: one for all connections of the loop.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: EventLoop.scratchSize, alignment: 64)
    static let scratchSize = 256 * 1024

    /// How many jobs came from other threads so far.
    package var remoteEnqueueCount: Int { remoteEnqueues.load(ordering: .relaxed) }

    /// Jobs taken before the sockets are looked at again, so that busy tasks cannot starve them.
    private static let jobsPerTurn = 1024

    package init(name: String) {
        let configuration = event_config_new()
        event_config_set_flag(configuration, Int32(EVENT_BASE_FLAG_NOLOCK.rawValue))
        guard let base = event_base_new_with_config(configuration) else { preconditionFailure("event_base_new failed") }
        event_config_free(configuration)
        self.base = base
        self.name = name
        wakeDescriptor = zoe_eventfd()
        precondition(wakeDescriptor >= 0, "eventfd failed")
    }

    deinit {
        if let wakeEvent { event_free(wakeEvent) }
        event_base_free(base)
        close(wakeDescriptor)
        scratch.deallocate()
    }

    /// Whether the calling thread is this loop's.
    package var isCurrent: Bool { zoe_current_loop() == Unmanaged.passUnretained(self).toOpaque() }

    /// Starts the thread; it runs until `stop()`.
    package func start() {
        // Writing to a peer that has gone is an error of that connection, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        startThread(named: name) { [self] in run() }
    }

    /// Ends the thread after the current turn. Callable from anywhere.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    private func run() {
        zoe_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        defer { zoe_set_current_loop(nil) }
        watchWakeDescriptor()
        while !stopping.load(ordering: .acquiring) {
            let isDrained = drain()
            event_base_loop(base, isDrained ? EVLOOP_ONCE : EVLOOP_NONBLOCK)
        }
        _ = drain()
    }

    private func watchWakeDescriptor() {
        wakeEvent = event_new(
            base, wakeDescriptor, Int16(EV_READ | EV_PERSIST),
            { descriptor, _, _ in
                var count: UInt64 = 0
                _ = read(descriptor, &count, 8)
            }, nil)
        event_add(wakeEvent, nil)
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }

    /// Runs what is ready; false when there is more.
    private func drain() -> Bool {
        for job in remote.withLock({ jobs in exchange(&jobs, with: []) }) { ring.append(job) }
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        var budget = EventLoop.jobsPerTurn
        repeat {
            while budget > 0, let job = ring.popFirst() {
                job.runSynchronously(isolatedTo: serial, taskExecutor: task)
                budget -= 1
            }
            for connection in exchange(&sending, with: []) { connection.sendTurn() }
        } while budget > 0 && ring.count > 0
        return ring.count == 0
    }

    /// Puts sending off to the end of the turn: many answers then wake their readers together.
    func willSend(_ connection: Connection) {
        sending.append(connection)
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { return ring.append(job) }
        remoteEnqueues.wrappingAdd(1, ordering: .relaxed)
        let isFirst = remote.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        if isFirst { wake() }
    }

    package func checkIsolated() { precondition(isCurrent, "not on the loop's thread") }
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }
}

/// Puts a new value in place and returns the old one.
func exchange<Value>(_ place: inout Value, with value: consuming Value) -> Value {
    let old = place
    place = value
    return old
}
