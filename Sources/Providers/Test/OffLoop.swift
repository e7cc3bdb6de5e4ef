/// Takes computing off the event loop.
enum OffLoop {
    /// Runs `work` on the global pool. `@concurrent` alone would stay on the loop, which is the preferred executor of its tasks.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await perform(work) }
    }

    @concurrent private static func perform<Value: Sendable>(_ work: @Sendable () -> Value) async -> Value { work() }
}
