import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

/// What a caller's video becomes on its way to providers.
@Suite(.timeLimit(.minutes(1))) struct DispatchVideoInputTests {
    /// Keeps what reaches the wire.
    private struct VideoProvider: Provider {
        static let type = "video"

        let source = Record()
        var inner: ScriptedProvider

        final class Record: Sendable {
            private let kept = Mutex<SourceVideo?>(nil)
            var value: SourceVideo? { kept.withLock { $0 } }
            func keep(_ value: SourceVideo?) { kept.withLock { $0 = value } }
        }

        init(_ settings: ProviderSettings) throws(ConfigurationError) { inner = ScriptedProvider(settings.name) }

        init(_ capabilities: Capabilities) { inner = ScriptedProvider("a", capabilities: capabilities) }

        func capabilities(for upstreamModel: String) -> Capabilities { inner.capabilities }

        func request(for step: Step) throws(UpstreamError) -> UpstreamRequest {
            if case .start(let request) = step { source.keep(request.source) }
            return try inner.request(for: step)
        }

        func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
            try inner.generation(from: response, at: step)
        }
    }

    @Test(
        arguments: [
            (nil, "base64 b64-3"), (Capabilities.InputForm.address, "url https://gate.test/video.mp4"), (.data, "data 3"),
        ] as [(Capabilities.InputForm?, String)])
    func `it may have another form than images`(_ form: Capabilities.InputForm?, _ told: String) async throws {
        let provider = VideoProvider(
            Capabilities(operations: [.editVideo], maximumInputs: 1, inputForm: .base64, videoForm: form, acceptsVideoFile: true))
        let fixture = DispatchFixture([provider], publish: { "https://gate.test/\($0.fileName)" })
        var request = GenerationRequest(
            operation: .editVideo, model: "m",
            inputs: [MediaInput(content: .data(ByteSource([1, 2])), type: .png, fileName: "image-0.png")])
        request.source = .given(MediaInput(content: .data(ByteSource([1, 2, 3])), type: .mp4, fileName: "video.mp4"))
        #expect(await fixture.dispatch(request).count == 1)
        #expect(fixture.transport.sent.first?.body["images"] == ["base64:b64-2"])
        guard case .given(let video)? = provider.source.value else { return _ = Issue.record("no video") }
        switch video.content {
        case .data(let source): #expect(told == "data \(source.count)")
        case .base64(let text): #expect(told == "base64 \(text)")
        case .url(let text): #expect(told == "url \(text)")
        case .uploaded(let name): Issue.record("uploaded \(name)")
        }
    }
}
