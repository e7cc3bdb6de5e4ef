import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Transport

@testable import Gateway

/// A runner over scripted upstreams and a store in memory; another one over the same store is another process.
struct TaskFixture {
    let transport: ScriptedTransport
    let store: MemoryTaskStore
    let media: MemoryMediaStore
    let services: GatewayServices
    let clock: ManualClock

    /// - Parameters:
    ///   - script: of the providers `a` and `b`, which serve the model `cat-1` in this order.
    ///   - store: with what another process has left.
    init(
        _ script: [String: [ScriptedTransport.Reply]] = [:], store: MemoryTaskStore = MemoryTaskStore(),
        media: MemoryMediaStore = MemoryMediaStore(), settings: TaskSettings = TaskSettings()
    ) {
        let clock = ManualClock(sleepingAdvances: true)
        let transport = ScriptedTransport(script)
        self.transport = transport
        self.store = store
        self.media = media
        self.clock = clock
        let runner = TaskRunner(store: store, media: media, settings: settings, now: { 1_000_000 }, report: { _ in })
        services = .make(store: media, transport: transport, tasks: runner, clock: clock)
        runner.attach(services)
    }

    var runner: TaskRunner { services.tasks }

    func submit(
        _ request: GenerationRequest = GenerationRequest(model: "cat-1", prompt: "a cat"), owner: String = "alice",
        claim: IdempotencyClaim? = nil, isPatient: Bool = true
    ) async throws -> LiveTask {
        let order = try await TaskInputs(store: media).order(for: request)
        guard let place = services.limiter.begin(Caller(name: owner)) else { throw APIError(429, "no place") }
        let (handle, _) = try await runner.submit(order, owner: owner, claim: claim, isPatient: isPatient, place: place, on: services)
        guard case .live(let live) = handle else { throw APIError(500, "not live") }
        return live
    }

    /// Runs to its end.
    func finished(_ live: LiveTask) async -> GenerationTask {
        await live.wait(until: nil, services.dispatcher.environment)
        return live.task
    }

    /// A task as a process has left it that died.
    func left(_ phase: GenerationTask.Phase, id: String = TaskID.make(.image, entropy: randomBytes(17))) async throws -> String {
        let order = TaskOrder(request: GenerationRequest(model: "cat-1", prompt: "a cat"))
        let task = GenerationTask(id: id, owner: "alice", order: order, phase: phase, createdAt: 1, expiresAt: 2_000_000)
        _ = try await store.insert(task, claim: nil)
        return id
    }

    /// The task that another process went on with, at its end.
    func resumed(_ id: String) async throws -> GenerationTask {
        try await runner.resume { _ in nil }
        while let handle = try await runner.find(id, owner: "alice") {
            guard case .live(let live) = handle else { return handle.task }
            _ = await finished(live)
            await Task.yield()
        }
        throw APIError(404, "gone")
    }
}

extension ScriptedTransport {
    /// `/start` and the like, with the provider before.
    var journal: [String] { sent.map { $0.provider + $0.path } }
}
