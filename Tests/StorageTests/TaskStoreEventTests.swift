import GatewayTesting
import Media
import Synchronization
import Testing
import Transport

@testable import Storage

@Suite(.timeLimit(.minutes(1))) struct TaskStoreEventTests {
    private let folder = TaskFolder()
    private let events = Events()

    private final class Events: Sendable {
        private let kept = Mutex<[TaskStoreEvent]>([])
        var all: [TaskStoreEvent] { kept.withLock { $0 } }
        func add(_ event: TaskStoreEvent) { kept.withLock { $0.append(event) } }

        /// Writes, those of them that failed, and those that were refused.
        var sums: [Int] {
            all.reduce(into: [0, 0, 0]) { sums, event in
                switch event {
                case .transaction(let writes, let failed, _):
                    sums[0] += writes
                    sums[1] += failed
                case .refused(let writes): sums[2] += writes
                }
            }
        }
    }

    @Test func `every transaction is told with its writes and its time`() async throws {
        let events = events
        let store = try SQLiteTaskStore(path: folder.database, observe: { events.add($0) })
        for number in 0..<3 { _ = try await store.insert(TaskFixture.task("t\(number)"), claim: nil) }
        _ = try await store.delete("t0")
        #expect(events.sums == [4, 0, 0])
        #expect(events.all.count == store.writer.transactionCount)
        for event in events.all {
            guard case .transaction(_, _, let duration) = event else { continue }
            #expect(duration > .zero)
        }
        #expect(store.waitingWrites == 0)
    }

    @Test func `a write that fails is told, and not its neighbours`() async throws {
        let events = events
        let store = try SQLiteTaskStore(path: folder.database, observe: { events.add($0) })
        _ = try await store.insert(TaskFixture.task("twice"), claim: nil)
        await #expect(throws: TaskStoreError.self) { try await store.insert(TaskFixture.task("twice"), claim: nil) }
        #expect(events.sums == [2, 1, 0])
    }

    @Test func `what there is no room for is refused, and told`() async throws {
        let events = events
        let store = try SQLiteTaskStore(TaskDatabase(path: folder.database), queueLimit: 0, observe: { events.add($0) })
        await #expect(throws: TaskStoreError.self) { try await store.insert(TaskFixture.task("t"), claim: nil) }
        #expect(events.all == [.refused(1)])
    }
}
