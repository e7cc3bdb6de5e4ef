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
    /// Takes a line for the log, without its end.
    let report: @Sendable (String) -> Void
    private let state: Mutex<State>
    /// Called when the outbox has something new.
    private let outbox = Mutex<(@Sendable () -> Void)?>(nil)

    private struct State: Sendable {
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
    private struct Job: Sendable {
        var live: LiveTask
        var worker: GatewayServices
        var given: GenerationRequest?
        var place: TaskPlace?
        /// False: it does not wait for its turn and takes none.
        var isScheduled = true
    }

    package init(
        store: any TaskStore, media: any MediaStore, settings: TaskSettings, now: @escaping @Sendable () -> Int,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.media = media
        self.settings = settings
        self.now = now
        self.report = report
        state = Mutex(State(scheduler: TaskScheduler(maximumRunning: settings.maximumRunning)))
    }

    /// One of the loops that tasks can be resumed on.
    package func attach(_ worker: GatewayServices) {
        state.withLock { $0.workers.append(worker) }
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

    /// Tasks whose outcome would be unknown if the process ended now.
    package var fragileCount: Int {
        state.withLock { Array($0.live.values) }.count { live in
            if case .submitting = live.task.phase { true } else { !live.isStored }
        }
    }
}

// MARK: Beginning

extension TaskRunner {
    /// The task that a claim stands for; nil: none so far.
    func claimed(by claim: IdempotencyClaim) async throws(APIError) -> TaskHandle? {
        let claimed: ClaimedTask?
        do throws(TaskStoreError) {
            claimed = try await store.claimed(by: claim)
        } catch { throw APIError(error) }
        return try claimed.map { claimed throws(APIError) in try joined(claimed, by: claim) }
    }

    /// A new task, durable when this returns.
    /// - Parameter place: of the key's concurrent tasks, held until the end.
    /// - Returns: the task; not a new one where the claim has come to stand for another meanwhile.
    func submit(
        _ order: TaskOrder, owner: String, claim: IdempotencyClaim?, place: TaskPlace, on worker: GatewayServices
    ) async throws(APIError) -> (handle: TaskHandle, isNew: Bool) {
        let task = newTask(order, owner: owner)
        let live = LiveTask(task, in: store, isStored: true)
        state.withLock { $0.live[task.id] = live }
        let claimed: ClaimedTask?
        do throws(TaskStoreError) {
            claimed = try await store.insert(task, claim: claim)
        } catch {
            drop(live)
            throw APIError(error)
        }
        if let claimed {
            drop(live)
            place.end()
            return (try joined(claimed, by: claim), false)
        }
        enqueue(Job(live: live, worker: worker, place: place))
        return (.live(live), true)
    }

    /// - Throws: when the key was used for something else.
    private func joined(_ claimed: ClaimedTask, by claim: IdempotencyClaim?) throws(APIError) -> TaskHandle {
        guard claimed.claim.fingerprint == claim?.fingerprint else { throw .otherBody }
        return handle(of: claimed.task)
    }

    private func drop(_ live: LiveTask) {
        state.withLock { $0.live[live.id] = nil }
    }

    /// A call whose caller waits: it becomes a task only when there is something to lose.
    func begin(_ request: GenerationRequest, id: String, owner: String, place: TaskPlace?, on worker: GatewayServices) -> LiveTask {
        var bare = request
        // Without its inputs, which are nowhere but here, another process could only collect it.
        if !bare.inputs.isEmpty { bare.routing.allowsFallbacks = false }
        (bare.inputs, bare.mask, bare.source) = ([], nil, nil)
        let task = GenerationTask(
            id: id, owner: owner, order: TaskOrder(request: bare), createdAt: now(), expiresAt: now() + retentionSeconds)
        let live = LiveTask(task, in: store, isStored: false)
        state.withLock { $0.live[id] = live }
        launch(Job(live: live, worker: worker, given: request, place: place, isScheduled: false))
        return live
    }

    private func newTask(_ order: TaskOrder, owner: String) -> GenerationTask {
        let kind: GenerationTask.Kind = order.request.operation.isVideo ? .video : .image
        let time = now()
        return GenerationTask(
            id: TaskID.make(kind, entropy: randomBytes(17)), owner: owner, order: order, createdAt: time,
            expiresAt: time + retentionSeconds)
    }

    var retentionSeconds: Int { Int(clamping: settings.retention.components.seconds) }

    /// The task as this process knows it best.
    func handle(of task: GenerationTask) -> TaskHandle {
        state.withLock { $0.live[task.id] }.map { .live($0) } ?? .stored(task)
    }

    private func enqueue(_ job: Job) {
        let admitted = state.withLock { state in
            state.waiting[job.live.id] = job
            return state.scheduler.add(job.live.id, owner: job.live.owner).compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for job in admitted { launch(job) }
    }

    private func launch(_ job: Job) {
        let run = job.worker.loop.spawn { [self] in
            await TaskRun(live: job.live, services: job.worker, runner: self, given: job.given).run()
            job.place?.end()
            ended(job)
        }
        job.live.attach(run)
    }

    private func ended(_ job: Job) {
        job.live.end()
        let admitted = state.withLock { state in
            state.live[job.live.id] = nil
            guard job.isScheduled else { return [Job]() }
            return state.scheduler.finish(job.live.id).compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for job in admitted { launch(job) }
    }
}

// MARK: After a restart

extension TaskRunner {
    /// Goes on with everything that the last process left unfinished. Call once, when all workers are there.
    /// - Parameter place: the counted place of a key for a resumed task.
    package func resume(place: (String) -> TaskPlace?) async throws(TaskStoreError) {
        for entry in try await store.recentDurations(limit: 1_000).reversed() {
            state.withLock { $0.durations.add(entry.seconds, for: entry.model) }
        }
        for task in try await store.unfinished() {
            let live = LiveTask(task, in: store, isStored: true)
            live.becomePatient()
            let worker = state.withLock { state in
                state.live[task.id] = live
                state.nextWorker += 1
                return state.workers[state.nextWorker % state.workers.count]
            }
            enqueue(Job(live: live, worker: worker, place: place(task.owner)))
        }
    }

    func addDuration(_ seconds: Int, of model: String) {
        state.withLock { $0.durations.add(seconds, for: model) }
    }

    /// The percent to tell for a task.
    package func progress(of task: GenerationTask) -> Int {
        let kind = task.kind
        let (typical, live) = state.withLock { ($0.durations.typical(for: task.order.request.model, kind), $0.live[task.id]) }
        let now = now()
        guard let live else { return ProgressEstimate.percent(of: task, typical: typical, now: now) }
        return live.shown { ProgressEstimate.percent(of: task, typical: typical, now: now, previous: $0) }
    }
}

// MARK: Finding and ending

extension TaskRunner {
    /// nil: there is none, or it is somebody else's.
    func find(_ id: String, owner: String) async throws(APIError) -> TaskHandle? {
        guard TaskID.isValid(id) else { return nil }
        if let live = state.withLock({ $0.live[id] }) {
            guard live.owner == owner, !live.isForgotten else { return nil }
            // What is in no row yet is nobody's task but its caller's; the caller knows the id from its answer's head.
            return .live(live)
        }
        do throws(TaskStoreError) {
            guard let task = try await store.task(id), task.owner == owner else { return nil }
            return .stored(task)
        } catch { throw APIError(error) }
    }

    /// The owner's tasks, with what this process knows better than the store.
    func list(_ query: TaskQuery) async throws(APIError) -> TaskPage {
        do throws(TaskStoreError) {
            var page = try await store.tasks(query)
            page.tasks = state.withLock { state in page.tasks.map { state.live[$0.id]?.task ?? $0 } }
            return page
        } catch { throw APIError(error) }
    }

    /// Stops a task; one that still waits for its turn ends at once.
    func cancel(_ live: LiveTask) {
        guard !live.cancel() else { return }
        let waiting = state.withLock { state in
            let job = state.waiting.removeValue(forKey: live.id)
            if job != nil { state.scheduler.remove(live.id) }
            return job
        }
        // Its run finds that it is cancelled and does nothing but say so.
        if var job = waiting {
            job.isScheduled = false
            launch(job)
        }
    }

    /// Removes a task with everything that it made; one that runs is cancelled first.
    func delete(_ handle: TaskHandle) async throws(APIError) {
        if case .live(let live) = handle {
            live.forget()
            cancel(live)
        }
        let task = handle.task
        do throws(TaskStoreError) {
            _ = try await store.delete(task.id)
        } catch { throw APIError(error) }
        await removeFiles(of: task)
    }

    /// Deletes what is over: the files first, then the row, so that no file is left without a row that names it.
    /// - Parameter time: seconds since 1970, never ahead of what has really passed.
    package func sweep(at time: Int) async throws(TaskStoreError) {
        while true {
            let tasks = try await store.expired(at: time, limit: 100)
            for task in tasks {
                await removeFiles(of: task)
                _ = try await store.delete(task.id)
            }
            if tasks.count < 100 { return }
        }
    }

    func removeFiles(of task: GenerationTask) async {
        for output in task.outputs {
            if case .stored(let name) = output.content { try? await media.delete(named: name) }
        }
        await removeInputs(of: task)
    }

    func removeInputs(of task: GenerationTask) async {
        for input in task.order.inputs + [task.order.mask, task.order.video].compactMap(\.self) {
            if case .file(let name, _) = input { try? await media.delete(named: name) }
        }
    }
}

/// A task, wherever it is.
enum TaskHandle: Sendable {
    case live(LiveTask)
    case stored(GenerationTask)

    /// As it is now.
    var task: GenerationTask {
        switch self {
        case .live(let live): live.task
        case .stored(let task): task
        }
    }
}

extension APIError {
    static let otherBody = APIError(
        422, code: "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key for a new request.")

    /// Why a task could not be written or read.
    init(_ error: TaskStoreError) {
        switch error.kind {
        case .full: self = .diskFull
        case .busy:
            self.init(
                503, type: "server_error", code: "storage_busy", "Too much is waiting to be stored. Try again soon.",
                retryAfter: .seconds(1))
        case .stale, .unavailable:
            self.init(
                503, type: "server_error", code: "storage_unavailable", "Tasks cannot be stored or read at the moment.",
                retryAfter: .seconds(5))
        }
    }
}
