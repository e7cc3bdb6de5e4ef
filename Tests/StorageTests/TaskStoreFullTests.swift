import Glibc
import Media
import Testing

@testable import Storage

@Suite(.serialized, .timeLimit(.minutes(1))) struct TaskStoreFullTests {
    /// A row of about 20 KiB.
    private func large(_ id: String) -> GenerationTask {
        let request = GenerationRequest(model: "m", prompt: String(repeating: "x", count: 20_000))
        return GenerationTask(id: id, owner: "alice", order: TaskOrder(request: request), createdAt: 1_000, expiresAt: 2_000)
    }

    /// Inserts until the store refuses; how many went in.
    private func fill(_ store: SQLiteTaskStore) async throws -> Int {
        for number in 0..<1000 {
            do throws(TaskStoreError) {
                _ = try await store.insert(large("t\(number)"), claim: nil)
            } catch {
                #expect(error.kind == .full)
                return number
            }
        }
        Issue.record("nothing was refused")
        return 0
    }

    @Test func `a full database is told, keeps its rows, and goes on when there is room`() async throws {
        let folder = TaskFolder()
        let store = try SQLiteTaskStore(TaskDatabase(path: folder.database), pageLimit: 60)
        let count = try await fill(store)
        #expect(count > 2)
        #expect(try await store.unfinished().count == count)
        #expect(try await store.delete("t0"))
        #expect(try await store.insert(TaskFixture.task("small"), claim: nil) == nil)
        #expect(try await store.unfinished().count == count)
    }

    @Test(.enabled(if: SmallDisk.isPossible))
    func `a full disk is told, keeps its rows, and heals`() async throws {
        let disk = try SmallDisk()
        let ballast = disk.path + "/ballast"
        let descriptor = open(ballast, O_WRONLY | O_CREAT, 0o600)
        let store = try SQLiteTaskStore(path: disk.path + "/tasks.db")
        let room = [UInt8](repeating: 1, count: 20_000)
        #expect(write(descriptor, room, room.count) == room.count)
        close(descriptor)
        let count = try await fill(store)
        #expect(try await store.unfinished().count == count)
        unlink(ballast)
        #expect(try await store.insert(TaskFixture.task("small"), claim: nil) == nil)
        #expect(try await store.unfinished().count == count + 1)
    }
}
