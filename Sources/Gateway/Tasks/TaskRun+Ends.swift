import HTTP
import Media
import Transport

extension TaskRun {
    func fail(_ error: APIError) async {
        live.update { $0.failure = TaskFailure(error) }
        await releaseClaim()
        await end(.failed)
    }

    /// A failure that cost nothing and may pass leaves its `Idempotency-Key` free for a repeat.
    private func releaseClaim() async {
        guard let failure = live.task.failure, failure.status >= 500, failure.shouldRetry != false, live.isStored,
            live.task.attempts.allSatisfy({ $0.billed == .no })
        else { return }
        try? await runner.store.release(claimOf: live.id)
    }

    /// Puts the last row on disk, with the event that tells of it; tries until it is there.
    func end(_ phase: GenerationTask.Phase) async {
        let time = runner.now()
        // Before anybody reads of the end: the next call of the same key finds room.
        place?.end()
        live.update { task in
            task.phase = phase
            task.completedAt = time
            task.expiresAt = runner.age() + runner.retentionSeconds
        }
        let task = live.task
        runner.report(TaskLine.ended(task))
        guard live.isStored else {
            if live.isForgotten { await runner.removeFiles(of: task) }
            return
        }
        let event = TaskWebhook.event(
            "evt_\(hexadecimal(randomBytes(16)))", task, progress: 100, now: time, url: services.fileURL)
        live.setEvent(event)
        var pause = Duration.seconds(1)
        while let error = await live.save(), error.kind != .stale {
            runner.report(TaskLine.unsaved(task, error))
            // Whoever waits gets what there is; the row follows when there is room.
            live.end()
            let end = environment.now() + pause
            await environment.shielded { try? await environment.sleep(end) }
            pause = min(pause * 2, .seconds(30))
        }
        FailPoint.reach(.finished)
        if event != nil { runner.wakeOutbox() }
        guard live.isForgotten else { return await runner.removeInputs(of: task) }
        await runner.removeFiles(of: task)
        // One that became a task while it was deleted has left a row.
        _ = try? await runner.store.delete(task.id)
    }
}
