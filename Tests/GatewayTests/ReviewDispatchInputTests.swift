import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReviewDispatchInputTests {
    private static let stale = ScriptedTransport.Reply.failure(UpstreamError(.staleConnection, .mayHaveStarted, message: ""))
    private static let picture = MediaInput(content: .data(ByteSource([1, 2])), type: .png, fileName: "image-0.png")
    private static let uploads = Capabilities(operations: [.edit], maximumInputs: 4, inputForm: .upload)

    private final class Shelf: Sendable {
        let there = Mutex<[String]>([])
        let everything = Mutex<[String]>([])
    }

    /// A dispatcher that publishes inputs.
    private func run(_ replies: [ScriptedTransport.Reply]) async -> (shelf: Shelf, outcome: DispatchOutcome) {
        let shelf = Shelf()
        let able = Capabilities(operations: [.edit], maximumInputs: 2, inputForm: .address)
        let transport = ScriptedTransport(["a": replies])
        let clock = ManualClock(sleepingAdvances: true)
        let environment = DispatchEnvironment(
            now: { clock.now }, sleep: { try await clock.sleep(until: $0) }, random: { 0 }, read: { _ in .success([]) },
            encode: { _ in "" },
            fetch: { .success($0) },
            publish: { input in
                let address = "https://gate.test/files/\(input.fileName)"
                shelf.there.withLock { $0.append(address) }
                shelf.everything.withLock { $0.append(address) }
                return address
            },
            withdraw: { address in shelf.there.withLock { $0.removeAll { $0 == address } } })
        let upstream = Upstream(
            provider: ScriptedProvider("a", capabilities: able), settings: ProviderSettings(name: "a", type: "scripted"),
            transport: transport)
        let dispatcher = Dispatcher(upstreams: ["a": upstream], board: HealthBoard(limits: [:]), environment: environment)
        let request = GenerationRequest(operation: .edit, model: "m", inputs: [Self.picture])
        let route = [Candidate(provider: "a", upstreamModel: "m")]
        let observer = DispatchObserver(accepted: { _, _ in #expect(shelf.there.withLock { $0.count } == 1) })
        return (shelf, await dispatcher.dispatch(request, route: route, observer: observer))
    }

    @Test(arguments: [[ScriptedTransport.Reply.answer(200)], [.answer(202), .answer(202), .answer(200)], [.answer(400)], [.answer(503)]])
    func `a published input is there until the call ends, and no longer`(replies: [ScriptedTransport.Reply]) async {
        let (shelf, _) = await run(replies)
        #expect(shelf.everything.withLock { $0 } == ["https://gate.test/files/image-0.png"])
        #expect(shelf.there.withLock { $0 }.isEmpty)
    }

    @Test func `an upload that a kept connection has lost is sent once more over a fresh one`() async {
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: Self.uploads)], script: ["a": [Self.stale, .answer(201, body: "1"), .answer(200)]])
        let outcome = await fixture.dispatch(GenerationRequest(operation: .edit, model: "m", inputs: [Self.picture]))
        #expect(outcome.header == "a=200;0ms")
        #expect(fixture.transport.journal == ["a/upload", "a/upload", "a/start"])
        #expect(fixture.transport.sent.map(\.freshConnection) == [false, true, false])
    }

    @Test func `twice lost, it is a failed upload`() async {
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: Self.uploads)], script: ["a": [Self.stale, Self.stale]])
        let outcome = await fixture.dispatch(GenerationRequest(operation: .edit, model: "m", inputs: [Self.picture]))
        #expect(outcome.failure?.kind == .exhausted)
        #expect(outcome.attempts.first?.billed == .no)
        #expect(fixture.transport.journal == ["a/upload", "a/upload"])
    }

    @Test func `a path for uploads that is not there does not end the model`() async {
        var able = Self.uploads
        able.operations = [.generate, .edit]
        let fixture = DispatchFixture([ScriptedProvider("a", capabilities: able)], script: ["a": [.answer(404)]])
        _ = await fixture.dispatch(GenerationRequest(operation: .edit, model: "m", inputs: [Self.picture]))
        #expect(await fixture.dispatch().count == 1)
    }

    @Test(arguments: [(Capabilities.InputForm.data, Capabilities.InputForm.upload, 1), (.upload, .data, 1), (.upload, .upload, 2)])
    func `images and a video are uploaded each where it is wanted`(
        images: Capabilities.InputForm, video: Capabilities.InputForm, uploads: Int
    ) async {
        let able = Capabilities(
            operations: [.editVideo], maximumInputs: 1, inputForm: images, videoForm: video, acceptsVideoFile: true)
        let fixture = DispatchFixture(
            [ScriptedProvider("a", capabilities: able)], script: ["a": Array(repeating: .answer(201, body: "1"), count: uploads)])
        var request = GenerationRequest(operation: .editVideo, model: "m", inputs: [Self.picture])
        request.source = .given(MediaInput(content: .data(ByteSource([3])), type: .mp4, fileName: "video.mp4"))
        _ = await fixture.dispatch(request)
        #expect(fixture.transport.journal == Array(repeating: "a/upload", count: uploads) + ["a/start"])
        let files = fixture.transport.sent.dropLast().map { $0.body["file"] ?? .null }
        #expect(files == (images == .upload ? ["data:2"] : []) + (video == .upload ? ["data:1"] : []))
    }
}
