package import Media
import Synchronization

extension TaskRunner {
    /// nil: there is none, or it is somebody else's.
    /// - Parameter owner: whose it has to be; nil: whoever's.
    func find(_ id: String, owner: String?) async throws(APIError) -> TaskHandle? {
        guard TaskID.isValid(id) else { return nil }
        if let live = state.withLock({ $0.live[id] }) {
            guard owner == nil || live.owner == owner, !live.isForgotten else { return nil }
            // What is in no row yet is nobody's task but its caller's; the caller knows the id from its answer's head.
            return .live(live)
        }
        do throws(TaskStoreError) {
            guard let task = try await store.task(id), owner == nil || task.owner == owner else { return nil }
            return .stored(task)
        } catch { throw APIError(error) }
    }

    /// A page of tasks, with what this process knows better than the store.
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
            // Both times are cut to whole seconds: one more has to pass before it is sure that all have.
            let tasks = try await store.expired(at: time - 1, limit: 100)
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
