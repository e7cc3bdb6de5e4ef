import HTTP
import Media
import Synchronization
import Transport

extension TaskRunner {
    /// The task that a claim stands for; nil: none so far.
    @inline(never)
    func claimed(by claim: IdempotencyClaim) async throws(APIError) -> TaskHandle? {
        let claimed: ClaimedTask?
        do throws(TaskStoreError) {
            claimed = try await store.claimed(by: claim)
        } catch { throw APIError(error) }
        guard let claimed else { return nil }
        return try await joined(claimed, by: claim)
    }

    /// A new task, durable when this returns.
    /// - Parameters:
    ///   - isPatient: its owner will hear that it is accepted whatever comes: a lack of room is waited out.
    ///   - place: of the key's concurrent tasks, held until the end.
    /// - Returns: the task; not a new one where the claim has come to stand for another meanwhile.
    @inline(never)
    func submit(
        _ order: TaskOrder, owner: String, claim: IdempotencyClaim?, isPatient: Bool, place: TaskPlace, on worker: GatewayServices
    ) async throws(APIError) -> (handle: TaskHandle, isNew: Bool) {
        let live = newTask(order, owner: owner)
        if isPatient { live.becomePatient() }
        state.withLock { $0.live[live.id] = live }
        let claimed: ClaimedTask?
        do throws(TaskStoreError) {
            claimed = try await store.insert(live.task, claim: claim)
        } catch {
            drop(live)
            throw APIError(error)
        }
        if let claimed {
            drop(live)
            place.end()
            return (try await joined(claimed, by: claim), false)
        }
        enqueue(Job(live: live, worker: worker, place: place))
        return (.live(live), true)
    }

    /// - Throws: when the key was used for something else.
    private func joined(_ claimed: ClaimedTask, by claim: IdempotencyClaim?) async throws(APIError) -> TaskHandle {
        guard claimed.claim.fingerprint == claim?.fingerprint else { throw .otherBody }
        let handle = handle(of: claimed.task)
        guard case .stored(let task) = handle, !task.phase.isFinal else { return handle }
        // It has ended since the row was read.
        do throws(TaskStoreError) {
            return .stored(try await store.task(task.id) ?? task)
        } catch { throw APIError(error) }
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
            id: id, owner: owner, order: TaskOrder(request: bare), createdAt: now(), expiresAt: age() + retentionSeconds)
        let live = LiveTask(task, in: store, isStored: false)
        state.withLock { $0.live[id] = live }
        launch(Job(live: live, worker: worker, given: request, place: place, isScheduled: false))
        return live
    }

    @inline(never)
    private func newTask(_ order: TaskOrder, owner: String) -> LiveTask {
        let kind: GenerationTask.Kind = order.request.operation.isVideo ? .video : .image
        let time = now()
        let task = GenerationTask(
            id: TaskID.make(kind, entropy: randomBytes(17)), owner: owner, order: order, createdAt: time,
            expiresAt: age() + retentionSeconds)
        return LiveTask(task, in: store, isStored: true)
    }

    var retentionSeconds: Int { Int(clamping: settings.retention.components.seconds) }

    /// The task as this process knows it best.
    func handle(of task: GenerationTask) -> TaskHandle {
        state.withLock { $0.live[task.id] }.map { .live($0) } ?? .stored(task)
    }

    /// Begins it when it is its turn.
    func enqueue(_ job: Job) {
        let admitted = state.withLock { state in
            state.waiting[job.live.id] = job
            return state.scheduler.add(job.live.id, owner: job.live.owner).compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for job in admitted { launch(job) }
    }

    /// Begins it at once.
    func launch(_ job: Job) {
        let run = job.worker.loop.spawn { [self] in
            let run = TaskRun(live: job.live, services: job.worker, runner: self, given: job.given, place: job.place)
            await TraceContext.$current.withValue(job.trace) {
                if let refusal = job.refusal { await run.fail(refusal) } else { await run.run() }
            }
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
