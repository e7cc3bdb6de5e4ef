import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Gateway

/// What must hold for money at the edges: full disks, ends of processes, several parts.
@Suite(.timeLimit(.minutes(1)))
struct TaskReviewTests {
    private static let a = Candidate(provider: "a", upstreamModel: "cat-1")
    private static let unknown = ScriptedTransport.Reply.failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "no answer"))
    private static let single = Capabilities(operations: [.generate], maximumCount: 1)

    @Test func `an end that is not on disk yet is waited for when the process ends`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store)
        let counts = Mutex<[Int]>([])
        let runner = fixture.runner
        store.watch { task in
            if task.phase.isFinal { counts.withLock { $0.append(runner.fragileCount) } }
            return nil
        }
        #expect(await fixture.finished(try await fixture.submit()).phase == .completed)
        #expect(counts.withLock { $0 } == [1])
    }

    @Test func `a job whose id is not on disk yet is waited for when the process ends`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store, ["a": [.answer(202), .answer(200)]])
        let counts = Mutex<[Int]>([])
        let runner = fixture.runner
        store.watch { task in
            if case .submitted = task.phase { counts.withLock { $0.append(runner.fragileCount) } }
            return nil
        }
        #expect(await fixture.finished(try await fixture.submit()).phase == .completed)
        #expect(counts.withLock { $0 } == [1])
    }

    @Test func `what one provider has made is not bought again because the next attempt could not be written down`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store, ["a": [.answer(200), .answer(429)]], capabilities: Self.single)
        store.failOnce { $0.phase == .submitting(Candidate(provider: "b", upstreamModel: "cat-1")) }
        let task = await fixture.finished(try await fixture.submit(GenerationRequest(model: "cat-1", prompt: "a cat", count: 2)))
        #expect(task.phase == .completed)
        #expect(task.attempts.count { $0.billed == .yes } <= 2)
    }

    @Test func `a provider that may have been paid is not asked again in the next round`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store, ["a": [Self.unknown]])
        store.failOnce { $0.phase == .submitting(Candidate(provider: "b", upstreamModel: "cat-1")) }
        let task = await fixture.finished(try await fixture.submit())
        #expect(task.phase == .completed)
        #expect(fixture.transport.starts(at: "a") == 1)
    }

    @Test func `a provider that may have been paid is not asked again by the next process`() async throws {
        let store = WatchedTaskStore()
        let order = TaskOrder(request: GenerationRequest(model: "cat-1", prompt: "a cat"))
        let id = TaskID.make(.image, entropy: randomBytes(17))
        var task = GenerationTask(id: id, owner: "alice", order: order, phase: .accepted, createdAt: 1, expiresAt: 2_000_000)
        let error = UpstreamError(.unknownOutcome, .mayHaveStarted, message: "no answer")
        task.attempts = [Attempt(candidate: Self.a, outcome: .failed(error), duration: .zero, billed: .unknown)]
        _ = try await store.insert(task, claim: nil)
        let fixture = ReviewFixture(store)
        try await fixture.runner.resume { _ in nil }
        while let handle = try await fixture.runner.find(id, owner: "alice"), case .live(let live) = handle {
            _ = await fixture.finished(live)
            await Task.yield()
        }
        #expect(fixture.transport.starts(at: "a") == 0)
    }

    @Test func `a disk that takes no writes is not a cancellation`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store)
        store.failOnce { if case .submitting = $0.phase { true } else { false } }
        let task = await fixture.finished(try await fixture.submit(isPatient: false))
        #expect(task.phase == .failed)
        #expect((task.failure?.status ?? 0) >= 500)
    }

    @Test func `a disk that takes no writes after an attempt that may have been paid forbids a repeat`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store, ["a": [Self.unknown]])
        store.failOnce { $0.phase == .submitting(Candidate(provider: "b", upstreamModel: "cat-1")) }
        let task = await fixture.finished(try await fixture.submit(isPatient: false))
        #expect(task.failure?.code == "storage_unavailable")
        #expect(task.failure?.shouldRetry == false)
        #expect(task.failure?.message.contains("Nothing was sent") == false)
    }

    @Test func `a job's id that could not be written down is written down later`() async throws {
        let store = WatchedTaskStore()
        let fixture = ReviewFixture(store, ["a": [.answer(202), .answer(202), .answer(202), .answer(200)]])
        store.failOnce { if case .submitted = $0.phase { true } else { false } }
        #expect(await fixture.finished(try await fixture.submit()).phase == .completed)
        #expect(store.inner.history.contains { if case .submitted = $0.phase { true } else { false } })
    }

    @Test func `a result of a type that nobody knows here is kept, or the task says that it is not`() async throws {
        let store = WatchedTaskStore()
        let drawing = GenerationResult(assets: [MediaAsset(content: .bytes(Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8)))])
        let fixture = ReviewFixture(store, result: drawing)
        let live = try await fixture.submit()
        _ = await fixture.finished(live)
        while fixture.runner.liveCount > 0 { await Task.yield() }
        let row = try #require(try await store.task(live.id))
        #expect(row.phase != .completed || !row.outputs.isEmpty)
    }
}

/// A runner over a store that the test watches.
private struct ReviewFixture {
    let transport: ScriptedTransport
    let services: GatewayServices

    init(
        _ store: WatchedTaskStore, _ script: [String: [ScriptedTransport.Reply]] = [:], capabilities: Capabilities = RecordingProvider.able,
        result: GenerationResult = GenerationResult(assets: [MediaAsset(content: .base64(Picture.base64))])
    ) {
        let media = MemoryMediaStore()
        transport = ScriptedTransport(script)
        let runner = TaskRunner(store: store, media: media, settings: TaskSettings(), now: { 1_000_000 }, report: { _ in })
        services = .make(
            store: media, providers: ["a", "b"].map { RecordingProvider($0, result, capabilities: capabilities) }, transport: transport,
            tasks: runner, clock: ManualClock(sleepingAdvances: true))
        runner.attach(services)
    }

    var runner: TaskRunner { services.tasks }

    func submit(
        _ request: GenerationRequest = GenerationRequest(model: "cat-1", prompt: "a cat"), isPatient: Bool = true
    ) async throws -> LiveTask {
        let place = try #require(services.limiter.begin(Caller(name: "alice")))
        let (handle, _) = try await runner.submit(
            TaskOrder(request: request), owner: "alice", claim: nil, isPatient: isPatient, place: place, on: services)
        guard case .live(let live) = handle else { throw APIError(500, "not live") }
        return live
    }

    func finished(_ live: LiveTask) async -> GenerationTask {
        await live.wait(until: nil, services.dispatcher.environment)
        return live.task
    }
}

/// A store in memory whose saves a test may look at, and refuse.
private final class WatchedTaskStore: TaskStore {
    typealias Look = @Sendable (GenerationTask) -> TaskStoreError?

    let inner = MemoryTaskStore()
    private let look = Mutex<Look>({ _ in nil })

    func watch(_ look: @escaping Look) { self.look.withLock { $0 = look } }

    /// Refuses the first save that is meant.
    func failOnce(_ isMeant: @escaping @Sendable (GenerationTask) -> Bool) {
        let once = Once()
        watch { task in isMeant(task) && once.first() ? TaskStoreError(.full, "no space") : nil }
    }

    private final class Once: Sendable {
        private let isOver = Atomic<Bool>(false)

        func first() -> Bool { !isOver.exchange(true, ordering: .acquiringAndReleasing) }
    }

    func save(_ task: GenerationTask, event: WebhookEvent?) async throws(TaskStoreError) {
        if let error = look.withLock({ $0 })(task) { throw error }
        try await inner.save(task, event: event)
    }

    func insert(_ task: GenerationTask, claim: IdempotencyClaim?) async throws(TaskStoreError) -> ClaimedTask? {
        try await inner.insert(task, claim: claim)
    }

    func claimed(by claim: IdempotencyClaim) async throws(TaskStoreError) -> ClaimedTask? { try await inner.claimed(by: claim) }
    func task(_ id: String) async throws(TaskStoreError) -> GenerationTask? { try await inner.task(id) }
    func tasks(_ query: TaskQuery) async throws(TaskStoreError) -> TaskPage { try await inner.tasks(query) }
    func delete(_ id: String) async throws(TaskStoreError) -> Bool { try await inner.delete(id) }
    func release(claimOf id: String) async throws(TaskStoreError) { try await inner.release(claimOf: id) }
    func unfinished() async throws(TaskStoreError) -> [GenerationTask] { try await inner.unfinished() }
    func expired(at time: Int, limit: Int) async throws(TaskStoreError) -> [GenerationTask] {
        try await inner.expired(at: time, limit: limit)
    }

    func recentDurations(limit: Int) async throws(TaskStoreError) -> [TaskDuration] { try await inner.recentDurations(limit: limit) }
    func events(dueAt time: Int, limit: Int) async throws(TaskStoreError) -> [WebhookEvent] {
        try await inner.events(dueAt: time, limit: limit)
    }

    func update(_ event: WebhookEvent) async throws(TaskStoreError) { try await inner.update(event) }
    func removeEvent(_ id: String) async throws(TaskStoreError) { try await inner.removeEvent(id) }
}
