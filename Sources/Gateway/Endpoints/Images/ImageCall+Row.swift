import Media
import Transport

extension ImageCall {
    /// Makes a complete task of a call that was answered at once, so that its results are found again as long as they are kept.
    /// - Returns: its id; nil where nothing was stored, or the row could not be written: what was paid for is handed over all the same.
    @inline(never)
    func row(of answer: ImagesAnswer, _ outcome: DispatchOutcome, started: Instant) async -> String? {
        guard answer.images.contains(where: { $0.name != nil }) else { return nil }
        var task = services.tasks.completedTask(request, owner: caller.name, seconds: Int((.now - started).components.seconds))
        task.outputs = answer.images.compactMap(TaskOutput.init)
        task.attempts = outcome.attempts
        task.warnings = answer.warnings
        task.details = answer.details
        task.usage = answer.usage
        task.cost = answer.cost
        if let winner = outcome.winner, let operation = outcome.operation {
            task.origin = TaskOrigin(candidate: winner, operation: operation)
        }
        guard await services.tasks.keep(task) else { return nil }
        record.update { $0.task = task.id }
        return task.id
    }
}

extension TaskOutput {
    /// nil: the image was in the answer alone.
    fileprivate init?(_ image: DeliveredImage) {
        switch (image.name, image.content) {
        case (let name?, _): self.init(.stored(name), type: image.type, revisedPrompt: image.revisedPrompt)
        case (nil, .url(let address)): self.init(.remote(address), type: nil, revisedPrompt: image.revisedPrompt)
        case (nil, .base64), (nil, .raw): return nil
        }
    }
}
