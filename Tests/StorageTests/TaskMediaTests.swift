import GatewayTesting
import HTTP
import Media
import Testing

@testable import Storage

/// Files that go before their time, with the task that made them.
@Suite(.timeLimit(.minutes(1))) struct TaskMediaTests {
    private let folder = TaskFolder()

    @Test(arguments: [false, true])
    func `a deleted file is gone, and to delete it again is no error`(inMemory: Bool) async throws {
        let media = folder.path + "/media"
        let store: any MediaStore = inMemory ? MemoryMediaStore() : try LocalMediaStore(folder: media, retention: .seconds(60))
        let first = try await store.store(.source(ByteSource([1])), type: .png, owner: "a")
        let second = try await store.store(.source(ByteSource([2])), type: .png, owner: "a")
        for _ in 0..<2 { try await store.delete(named: first) }
        for name in ["", "../tasks.db", "nothing.png"] { try await store.delete(named: name) }
        #expect(try await store.file(named: first) == nil)
        #expect(try await store.file(named: second)?.content.count == 1)
        let third = try await store.store(.source(ByteSource([3])), type: .png, owner: "a")
        #expect(third != second)
    }
}
