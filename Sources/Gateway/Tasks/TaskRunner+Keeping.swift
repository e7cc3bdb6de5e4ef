import Media
import Transport

/// Calls that were answered without being tasks, and whose results are kept: they get a row at their end.
extension TaskRunner {
    /// A task that is complete from the start, with nothing but its request and its times.
    /// - Parameter seconds: how long it took.
    func completedTask(_ request: GenerationRequest, owner: String, seconds: Int) -> GenerationTask {
        var bare = request
        // They were in no store.
        (bare.inputs, bare.mask, bare.source) = ([], nil, nil)
        // A row has less room than an answer.
        if (try? bare.checkSize()) == nil { (bare.extras, bare.routing) = ([:], RoutingWish()) }
        let time = now()
        let begun = time - max(seconds, 0)
        var task = GenerationTask(
            id: TaskID.make(.image, entropy: randomBytes(17)), owner: owner, order: TaskOrder(request: bare), phase: .completed,
            createdAt: begun, expiresAt: age() + retentionSeconds)
        task.startedAt = begun
        task.completedAt = time
        task.reportedProgress = 100
        return task
    }

    /// Writes such a task down.
    /// - Returns: false: it could not be, which the log tells.
    @inline(never)
    func keep(_ task: GenerationTask) async -> Bool {
        do throws(TaskStoreError) {
            _ = try await store.insert(task, claim: nil)
            return true
        } catch {
            report(TaskLine.unsaved(task, error))
            return false
        }
    }

    /// The same for a call that might have become a task, and was answered at once by a provider that took no job.
    @inline(never)
    func keep(_ live: LiveTask) async {
        let task = live.task
        guard live.hasEnded, !live.isStored, !live.isForgotten, task.phase == .completed, task.outputs.contains(where: \.isStored) else {
            return
        }
        if let error = await live.save() { report(TaskLine.unsaved(task, error)) }
    }
}

extension TaskOutput {
    fileprivate var isStored: Bool {
        switch content {
        case .stored: true
        case .remote, .memory: false
        }
    }
}
