package import Media
import Synchronization

extension TaskRunner {
    /// Goes on with everything that the last process left unfinished. Call once, when all workers are there.
    /// - Parameters:
    ///   - isKnown: whether a key still stands in the configuration: nothing is bought for one that does not.
    ///   - place: the counted place of a key for a resumed task.
    package func resume(isKnown: (String) -> Bool = { _ in true }, place: (String) -> TaskPlace?) async throws(TaskStoreError) {
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
            var job = Job(live: live, worker: worker, place: place(task.owner))
            if let reservation = worker.reservation(forResumed: task) { job.place?.hold(reservation) }
            if task.phase == .accepted, !isKnown(task.owner) { job.refusal = .keyRevoked }
            enqueue(job)
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
