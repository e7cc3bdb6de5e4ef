import Dispatch
import Testing

@testable import Providers

struct TestOffLoopTests {
    @Test(.timeLimit(.minutes(1)))
    func `drawing does not run on the executor that its task prefers`() async {
        let loop = Loop()
        let places = await withTaskExecutorPreference(loop) {
            await placesOfWork()
        }
        #expect(places == [true, false, true])
    }

    /// Whether each of three moments is on the loop.
    @concurrent private func placesOfWork() async -> [Bool] {
        let before = Loop.isHere
        let during = await OffLoop.run { Loop.isHere }
        return [before, during, Loop.isHere]
    }

    /// One queue in the role of an event loop.
    private final class Loop: TaskExecutor {
        private static let mark = DispatchSpecificKey<Bool>()
        private let queue = DispatchQueue(label: "loop")

        init() {
            queue.setSpecific(key: Self.mark, value: true)
        }

        static var isHere: Bool { DispatchQueue.getSpecific(key: mark) ?? false }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
