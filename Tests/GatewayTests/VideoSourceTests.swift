import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct `The video that another one is made from` {
    private static let clip: [UInt8] = [0, 0, 0, 24] + Array("ftypisom, and a film of a cat".utf8)
    private static let job = RemoteOperation(id: "job-1", model: "cat-1")

    private let media = MemoryMediaStore()
    private let tasks = MemoryTaskStore()

    /// - Parameter keepsNames: whether the providers `a` and `b` know their own videos by a lasting name.
    private func services(keepsNames: Bool) -> GatewayServices {
        var able = RecordingProvider.able
        able.namesOwnVideos = keepsNames
        let runner = TaskRunner(store: tasks, media: media, settings: TaskSettings(), now: { 1_000_000 }, report: { _ in })
        let providers = ["a", "b"].map { RecordingProvider($0, capabilities: able) }
        let services = GatewayServices.make(store: media, providers: providers, tasks: runner)
        runner.attach(services)
        return services
    }

    /// A finished video of the caller `alice`, made by `a`.
    private func made(keepsFile: Bool = true) async throws -> String {
        let request = GenerationRequest(operation: .video, model: "cat-1", prompt: "a cat")
        var task = GenerationTask(
            id: TaskID.make(.video, entropy: randomBytes(17)), owner: "alice", order: TaskOrder(request: request), phase: .completed,
            createdAt: 1, expiresAt: 2_000_000)
        let name = try await media.store(.source(ByteSource(Self.clip)), type: .mp4, owner: "alice")
        if !keepsFile { try await media.delete(named: name) }
        task.outputs = [TaskOutput(.stored(name), type: .mp4)]
        task.origin = TaskOrigin(candidate: Candidate(provider: "a", upstreamModel: "cat-1"), operation: Self.job)
        _ = try await tasks.insert(task, claim: nil)
        return task.id
    }

    private func found(
        _ id: String, _ services: GatewayServices, _ operation: GenerationRequest.Operation = .editVideo, as caller: String = "alice"
    ) async throws -> GenerationRequest {
        var request = GenerationRequest(operation: operation, model: "")
        request.routing.ignore = ["b"]
        #expect(try await SourceVideoFinder(services: services, caller: Caller(name: caller)).find(id, for: &request) == id)
        return request
    }

    @Test func `a maker that keeps its names is the only one asked, by that name`() async throws {
        let request = try await found(try await made(), services(keepsNames: true))
        guard case .made(let operation)? = request.source else { return _ = Issue.record("given") }
        #expect(operation == Self.job)
        #expect(request.model == "cat-1" && request.routing.only == ["a"] && request.routing.ignore.isEmpty)
    }

    @Test(arguments: [GenerationRequest.Operation.editVideo, .remixVideo, .extendVideo])
    func `to all others the video itself is given, and the caller's routing stays`(_ operation: GenerationRequest.Operation) async throws {
        let request = try await found(try await made(), services(keepsNames: false), operation)
        guard case .given(let video)? = request.source, case .data(let source) = video.content else { return _ = Issue.record("made") }
        #expect(source.count == Self.clip.count)
        #expect(video.type == .mp4 && video.fileName == "video.mp4")
        #expect(request.model == "cat-1" && request.routing.only.isEmpty && request.routing.ignore == ["b"])
    }

    @Test func `a file that is gone leaves the maker's own name`() async throws {
        let request = try await found(try await made(keepsFile: false), services(keepsNames: false))
        guard case .made? = request.source else { return _ = Issue.record("given") }
        #expect(request.routing.only == ["a"])
    }

    @Test func `it is nobody's but its owner's`() async throws {
        let services = services(keepsNames: false)
        let id = try await made()
        await #expect(throws: APIError.self) { _ = try await found(id, services, as: "bob") }
    }

    @Test func `when the maker has no room, another one goes on from the video, once`() async throws {
        let transport = ScriptedTransport(["a": [.answer(503)], "b": [.answer(200)]])
        var able = RecordingProvider.able
        able.namesOwnVideos = false
        able.acceptsVideoFile = true
        let runner = TaskRunner(store: tasks, media: media, settings: TaskSettings(), now: { 1_000_000 }, report: { _ in })
        let clip = GenerationResult(assets: [MediaAsset(content: .bytes(Self.clip))])
        let providers = ["a", "b"].map { RecordingProvider($0, clip, capabilities: able) }
        let services = GatewayServices.make(store: media, providers: providers, transport: transport, tasks: runner)
        runner.attach(services)
        let id = try await made()
        let answer = await services.post("/v1/videos/edits", ["prompt": "a dog", "video": ["id": .string(id)]])
        #expect(answer.status == 200)
        #expect(answer.json["remixed_from_video_id"]?.string == id)
        #expect(transport.sent.map(\.provider) == ["a", "b"])
        let asked = try #require(providers[1].record.requests.first)
        guard case .given? = asked.source else { return _ = Issue.record("made") }
    }
}
