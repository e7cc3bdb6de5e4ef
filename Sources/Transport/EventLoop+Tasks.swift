extension EventLoop {
    /// Starts a task that stays on this loop. Callable from anywhere.
    @discardableResult
    package func spawn<Success: Sendable>(_ work: @escaping @Sendable () async -> Success) -> Task<Success, Never> {
        Task(executorPreference: self, operation: work)
    }

    /// Runs `work` on the loop's thread: at once when the caller is there, else soon.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        if isCurrent { work() } else { spawn { work() } }
    }

    /// Waits on this loop, whose thread the caller must be on.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func sleep(until deadline: Instant) async throws {
        checkIsolated()
        let sleeper = Sleeper(self)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { sleeper.start($0, until: deadline) }
        } onCancel: {
            execute { sleeper.wake() }
        }
        try Task.checkCancellation()
    }
}

// Safe although unchecked: touched on its loop's thread alone.
private final class Sleeper: @unchecked Sendable {
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var continuation: UnsafeContinuation<Void, Never>?
    private var isCancelled = false

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func start(_ continuation: UnsafeContinuation<Void, Never>, until deadline: Instant) {
        if isCancelled { return continuation.resume() }
        self.continuation = continuation
        let timer = LoopTimer(loop) { [weak self] in self?.wake() }
        timer.schedule(at: deadline)
        self.timer = timer
    }

    func wake() {
        isCancelled = true
        timer = nil
        exchange(&continuation, with: nil)?.resume()
    }
}
