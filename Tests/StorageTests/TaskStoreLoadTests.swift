import FoundationEssentials
import Media
import Testing
import Transport

@testable import Storage

@Suite(.timeLimit(.minutes(2))) struct TaskStoreLoadTests {
    private let folder = TaskFolder()

    /// Runs all at once; how many gave a value.
    private func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count { group.addTask { try await body(number) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func `a thousand rows at once share few transactions`() async throws {
        let store = try folder.store()
        let inserted = try await atOnce(1000) { try await store.insert(TaskFixture.task("t\($0)"), claim: nil) == nil }
        #expect(inserted == 1000)
        #expect(store.writer.transactionCount < 300)
        #expect(try await store.unfinished().count == 1000)
    }

    @Test func `a thousand inserts of one claim make one row`() async throws {
        let store = try folder.store()
        let inserted = try await atOnce(1000) {
            try await store.insert(TaskFixture.task("t\($0)"), claim: TaskFixture.claim("k")) == nil
        }
        #expect(inserted == 1)
        #expect(try await store.unfinished().count == 1)
    }

    @Test func `a write that fails undoes none of its neighbours`() async throws {
        let store = try folder.store()
        _ = try await store.insert(TaskFixture.task("twice"), claim: nil)
        let good = try await atOnce(400) { number in
            do throws(TaskStoreError) {
                switch number % 4 {
                case 0: _ = try await store.insert(TaskFixture.task("twice"), claim: TaskFixture.claim("k\(number)"))
                case 1: try await store.save(TaskFixture.task("nothing"), event: TaskFixture.event("e\(number)"))
                case _: _ = try await store.insert(TaskFixture.task("t\(number)"), claim: nil)
                }
                return true
            } catch {
                return false
            }
        }
        #expect(good == 200)
        #expect(try await store.unfinished().count == 201)
        #expect(try await store.events(dueAt: .max, limit: 1000).isEmpty)
        // The claims of the rows that were refused are free.
        #expect(try await store.insert(TaskFixture.task("new"), claim: TaskFixture.claim("k0")) == nil)
    }

    @Test func `of many saves of one version one wins`() async throws {
        let store = try folder.store()
        let task = TaskFixture.task("a")
        _ = try await store.insert(task, claim: nil)
        let won = try await atOnce(100) { number in
            do throws(TaskStoreError) {
                try await store.save(task, event: TaskFixture.event("e\(number)"))
                return true
            } catch {
                return false
            }
        }
        #expect(won == 1)
        #expect(try await store.task("a")?.version == 1)
        #expect(try await store.events(dueAt: .max, limit: 1000).count == 1)
    }

    @Test func `more writes than may wait are refused at once, and the others are written`() async throws {
        let store = try SQLiteTaskStore(TaskDatabase(path: folder.database), queueLimit: 5)
        let written = try await atOnce(500) { number in
            do throws(TaskStoreError) {
                _ = try await store.insert(TaskFixture.task("t\(number)"), claim: nil)
                return true
            } catch {
                if error.kind != .busy { throw error }
                return false
            }
        }
        #expect(try await store.unfinished().count == written)
    }

    @Test func `a copy of file and log taken under load opens and holds what was acknowledged before`() async throws {
        // A power cut stops all files at once; a copy does not, so nothing may move between them meanwhile.
        var database = TaskDatabase(path: folder.database)
        database.checkpointPages = 1_000_000
        let store = try SQLiteTaskStore(database)
        let copies = [TaskFolder(), TaskFolder(), TaskFolder()]
        var acknowledged: [Int] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<60 { _ = try await store.insert(TaskFixture.task("w\(worker)-\(number)"), claim: nil) }
                }
            }
            for copy in copies {
                try await group.next()
                acknowledged.append(try await store.unfinished().count)
                try folder.copy(to: copy)
            }
            try await group.waitForAll()
        }
        for (copy, count) in zip(copies, acknowledged) {
            let rows = try await copy.store().unfinished()
            #expect(rows.count >= count)
        }
    }

    @Test func `the queue says who has to begin and what is too much`() {
        var queue = WriteQueue<Int>(limit: 3)
        #expect(queue.add(1) == .begin)
        #expect(queue.add(2) == .queued)
        #expect(queue.add(3) == .queued)
        #expect(queue.add(4) == .refused)
        #expect(queue.next(2) == [1, 2])
        #expect(queue.add(5) == .queued)
        #expect(queue.next(2) == [3, 5])
        #expect(queue.next(2).isEmpty)
        #expect(queue.add(6) == .begin)
    }
}
