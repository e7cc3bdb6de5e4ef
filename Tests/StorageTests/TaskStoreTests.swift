import GatewayTesting
import Media
import Testing

@testable import Storage

/// What both stores promise: the one on disk, and the one that tests of others use in its place.
@Suite(.timeLimit(.minutes(1))) struct TaskStoreTests {
    enum Kind: Sendable, CaseIterable { case disk, memory }

    private let folder = TaskFolder()

    private func store(_ kind: Kind) throws -> any TaskStore {
        switch kind {
        case .disk: try folder.store()
        case .memory: MemoryTaskStore()
        }
    }

    @Test(arguments: Kind.allCases)
    func `a task is read as it was saved, one version on`(kind: Kind) async throws {
        let store = try store(kind)
        var task = TaskFixture.full
        task.version = 0
        #expect(try await store.insert(task, claim: nil) == nil)
        #expect(shown(try await store.task(task.id)) == shown(Optional(task)))
        task.phase = .completed
        try await store.save(task, event: nil)
        task.version = 1
        #expect(shown(try await store.task(task.id)) == shown(Optional(task)))
        #expect(try await store.task("video_2") == nil)
    }

    @Test(arguments: Kind.allCases)
    func `a save over a newer row, or over none, is stale and leaves no event`(kind: Kind) async throws {
        let store = try store(kind)
        let task = TaskFixture.task("a")
        _ = try await store.insert(task, claim: nil)
        try await store.save(task, event: TaskFixture.event("e1"))
        for stale in [task, TaskFixture.task("b")] {
            let error = await #expect(throws: TaskStoreError.self) { try await store.save(stale, event: TaskFixture.event("e2")) }
            #expect(error?.kind == .stale)
        }
        #expect(try await store.task("a")?.version == 1)
        #expect(try await store.events(dueAt: 9_999, limit: 10).map(\.id) == ["e1"])
    }

    @Test(arguments: Kind.allCases)
    func `a claim stands for its first task until a day has passed and the task has ended`(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.insert(TaskFixture.task("a", phase: .completed), claim: TaskFixture.claim("k")) == nil)
        let again = TaskFixture.claim("k", fingerprint: "g", madeAt: 1_000 + IdempotencyClaim.lifetime)
        let held = try await store.insert(TaskFixture.task("b"), claim: again)
        #expect(held?.task.id == "a")
        #expect(held?.claim == TaskFixture.claim("k"))
        #expect(try await store.task("b") == nil)
        #expect(try await store.insert(TaskFixture.task("c"), claim: TaskFixture.claim("k", owner: "bob")) == nil)
        let late = TaskFixture.claim("k", madeAt: 1_001 + IdempotencyClaim.lifetime)
        #expect(try await store.insert(TaskFixture.task("d"), claim: late) == nil)
        #expect(try await store.insert(TaskFixture.task("e"), claim: late)?.task.id == "d")
    }

    @Test(arguments: Kind.allCases)
    func `a claim holds as long as its task runs, whatever the clock says`(kind: Kind) async throws {
        let store = try store(kind)
        #expect(try await store.insert(TaskFixture.task("a"), claim: TaskFixture.claim("k")) == nil)
        let late = TaskFixture.claim("k", madeAt: 1_000 + 3 * IdempotencyClaim.lifetime)
        #expect(try await store.insert(TaskFixture.task("b"), claim: late)?.task.id == "a")
        #expect(try await store.claimed(by: late)?.task.id == "a")
    }

    @Test(arguments: Kind.allCases)
    func `a claim is free again when it is released or its task is gone`(kind: Kind) async throws {
        let store = try store(kind)
        let claim = TaskFixture.claim("k")
        _ = try await store.insert(TaskFixture.task("a"), claim: claim)
        try await store.release(claimOf: "a")
        #expect(try await store.insert(TaskFixture.task("b"), claim: claim) == nil)
        // The first task does not hold it any more.
        try await store.release(claimOf: "a")
        #expect(try await store.insert(TaskFixture.task("c"), claim: claim)?.task.id == "b")
        #expect(try await store.delete("b"))
        #expect(try await store.insert(TaskFixture.task("c"), claim: claim) == nil)
        #expect(try await store.delete("b") == false)
    }

    @Test(arguments: Kind.allCases, [false, true])
    func `a list goes through all pages in either order`(kind: Kind, oldestFirst: Bool) async throws {
        let store = try store(kind)
        let ids = (0..<7).map { "t\($0)" }
        for id in ids {
            _ = try await store.insert(TaskFixture.task(id), claim: nil)
            _ = try await store.insert(TaskFixture.task("other-\(id)", owner: "bob"), claim: nil)
        }
        var query = TaskQuery(owner: "alice", limit: 3, oldestFirst: oldestFirst)
        var pages: [[String]] = []
        var hasMore = true
        while hasMore, pages.count < 5 {
            let page = try await store.tasks(query)
            pages.append(page.tasks.map(\.id))
            hasMore = page.hasMore
            query.after = page.tasks.last?.id
        }
        let expected = oldestFirst ? ids : ids.reversed()
        #expect(pages == [Array(expected[..<3]), Array(expected[3..<6]), Array(expected[6...])])
    }

    @Test(arguments: Kind.allCases)
    func `a list keeps kinds and owners apart and tells a cursor of nobody's`(kind: Kind) async throws {
        let store = try store(kind)
        _ = try await store.insert(TaskFixture.task("i"), claim: nil)
        _ = try await store.insert(TaskFixture.task("v", operation: .video), claim: nil)
        _ = try await store.insert(TaskFixture.task("x", owner: "bob"), claim: nil)
        #expect(try await store.tasks(TaskQuery(owner: "alice", kind: .video)).tasks.map(\.id) == ["v"])
        #expect(try await store.tasks(TaskQuery(owner: "alice", kind: .image)).tasks.map(\.id) == ["i"])
        let after = try await store.tasks(TaskQuery(owner: "alice", kind: .image, after: "v"))
        #expect(after.tasks.map(\.id) == ["i"] && !after.hasMore && !after.isUnknownCursor)
        for cursor in ["x", "nothing"] {
            let page = try await store.tasks(TaskQuery(owner: "alice", after: cursor))
            #expect(page.isUnknownCursor && page.tasks.isEmpty)
        }
        #expect(try await store.tasks(TaskQuery(owner: "nobody")).tasks.isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `a list of everybody's has the tasks of all owners in their order`(kind: Kind) async throws {
        let store = try store(kind)
        _ = try await store.insert(TaskFixture.task("i"), claim: nil)
        _ = try await store.insert(TaskFixture.task("v", operation: .video), claim: nil)
        _ = try await store.insert(TaskFixture.task("x", owner: "bob"), claim: nil)
        #expect(try await store.tasks(TaskQuery(owner: nil)).tasks.map(\.id) == ["x", "v", "i"])
        #expect(try await store.tasks(TaskQuery(owner: nil, kind: .video)).tasks.map(\.id) == ["v"])
        #expect(try await store.tasks(TaskQuery(owner: nil, kind: .image, after: "v", oldestFirst: true)).tasks.map(\.id) == ["x"])
        let page = try await store.tasks(TaskQuery(owner: nil, after: "x", limit: 1))
        #expect(page.tasks.map(\.id) == ["v"] && page.hasMore)
        #expect(try await store.tasks(TaskQuery(owner: nil, after: "nothing")).isUnknownCursor)
    }

    @Test(arguments: Kind.allCases)
    func `unfinished rows come oldest first, expired ones by the end of their time`(kind: Kind) async throws {
        let store = try store(kind)
        _ = try await store.insert(TaskFixture.task("late", phase: .completed, expiresAt: 1_900), claim: nil)
        _ = try await store.insert(TaskFixture.task("running", expiresAt: 1), claim: nil)
        _ = try await store.insert(TaskFixture.task("early", phase: .failed, expiresAt: 1_500), claim: nil)
        _ = try await store.insert(TaskFixture.task("sent", phase: .submitting(TaskFixture.candidate)), claim: nil)
        _ = try await store.insert(TaskFixture.task("alive", phase: .cancelled, expiresAt: 1_901), claim: nil)
        #expect(try await store.unfinished().map(\.id) == ["running", "sent"])
        #expect(try await store.expired(at: 1_900, limit: 10).map(\.id) == ["early", "late"])
        #expect(try await store.expired(at: 1_900, limit: 1).map(\.id) == ["early"])
        #expect(try await store.expired(at: 1_499, limit: 10).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `durations are those of the latest completed tasks`(kind: Kind) async throws {
        let store = try store(kind)
        _ = try await store.insert(TaskFixture.completed("a", from: 10, to: 30), claim: nil)
        _ = try await store.insert(TaskFixture.completed("b", model: "n", from: 10, to: 20), claim: nil)
        _ = try await store.insert(TaskFixture.completed("c", from: 20, to: 30), claim: nil)
        var failed = TaskFixture.completed("d", from: 0, to: 99)
        failed.phase = .failed
        _ = try await store.insert(failed, claim: nil)
        _ = try await store.insert(TaskFixture.task("e", phase: .completed), claim: nil)
        let all = [
            TaskDuration(model: "m", seconds: 10), TaskDuration(model: "m", seconds: 20), TaskDuration(model: "n", seconds: 10),
        ]
        #expect(try await store.recentDurations(limit: 10) == all)
        #expect(try await store.recentDurations(limit: 1) == Array(all.prefix(1)))
    }

    @Test(arguments: Kind.allCases)
    func `the outbox gives what is due, soonest first, until it is removed`(kind: Kind) async throws {
        let store = try store(kind)
        var task = TaskFixture.task("a")
        _ = try await store.insert(task, claim: nil)
        for (id, due) in [("e1", 30), ("e2", 10), ("e3", 20), ("e4", 10)] {
            try await store.save(task, event: TaskFixture.event(id, dueAt: due))
            task.version += 1
        }
        #expect(try await store.events(dueAt: 20, limit: 10).map(\.id) == ["e2", "e4", "e3"])
        #expect(try await store.events(dueAt: 20, limit: 1) == [TaskFixture.event("e2", dueAt: 10)])
        var event = TaskFixture.event("e2", dueAt: 40)
        event.attempts = 1
        try await store.update(event)
        try await store.removeEvent("e4")
        try await store.removeEvent("nothing")
        try await store.update(TaskFixture.event("nothing"))
        #expect(try await store.events(dueAt: 99, limit: 10).map(\.id) == ["e3", "e1", "e2"])
        #expect(try await store.events(dueAt: 99, limit: 10).last == event)
    }

    @Test(arguments: Kind.allCases)
    func `an event that is further away than any wait is due behind the others`(kind: Kind) async throws {
        let store = try store(kind)
        var task = TaskFixture.task("a")
        _ = try await store.insert(task, claim: nil)
        let far = 1000 + WebhookEvent.longestWait
        for (id, due) in [("e1", far + 1), ("e2", far), ("e3", 1000), ("e4", .max), ("e5", WebhookEvent.atOnce)] {
            try await store.save(task, event: TaskFixture.event(id, dueAt: due))
            task.version += 1
        }
        #expect(try await store.events(dueAt: 1000, limit: 10).map(\.id) == ["e5", "e3", "e1", "e4"])
        #expect(try await store.events(dueAt: 1000, limit: 3).map(\.id) == ["e5", "e3", "e1"])
        #expect(try await store.events(dueAt: 1000, limit: 2).map(\.id) == ["e5", "e3"])
        #expect(try await store.events(dueAt: .max, limit: 10).count == 5)
    }

    @Test func `writes to the store in memory fail as often as they are told to`() async throws {
        let store = MemoryTaskStore()
        store.failWrites(2, with: TaskStoreError(.full, "f"))
        for _ in 0..<2 {
            let error = await #expect(throws: TaskStoreError.self) { _ = try await store.insert(TaskFixture.task("a"), claim: nil) }
            #expect(error?.kind == .full)
        }
        _ = try await store.insert(TaskFixture.task("a"), claim: nil)
        #expect(store.rows.count == 1 && store.history.count == 1)
    }
}
