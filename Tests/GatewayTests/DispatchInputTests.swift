import Gateway
import GatewayTesting
import HTTP
import Media
import Synchronization
import Testing

/// What inputs become on their way to providers.
@Suite(.timeLimit(.minutes(1))) struct DispatchInputTests {
    private final class Journal: Sendable {
        private let kept = Mutex<[String]>([])
        var lines: [String] { kept.withLock { $0 } }
        func note(_ line: String) { kept.withLock { $0.append(line) } }
    }

    private static let picture = MediaInput(content: .data(ByteSource([1, 2])), type: .png, fileName: "image-0.png")
    private static let mask = MediaInput(content: .data(ByteSource([1, 2, 3])), type: .png, fileName: "mask.png")
    private static let link = MediaInput(content: .url("https://example.com/m.png"), type: nil, fileName: "mask")

    private static func able(
        _ maskForm: Capabilities.MaskForm = .alpha, _ form: Capabilities.InputForm = .data, takesURLs: Bool = false
    ) -> Capabilities {
        Capabilities(
            operations: [.edit], acceptsMask: true, maskForm: maskForm, maximumInputs: 2, acceptsInputURLs: takesURLs, inputForm: form)
    }

    /// All providers but the last are full.
    private func run(
        _ capabilities: [Capabilities], _ journal: Journal, mask: MediaInput? = nil, input: MediaInput = picture,
        url: @escaping @Sendable (MediaInput) -> String? = { _ in nil }, converts: Bool = true
    ) async -> (fixture: DispatchFixture, outcome: DispatchOutcome) {
        let names = "abcdef".map(String.init).prefix(capabilities.count)
        let fixture = DispatchFixture(
            zip(names, capabilities).map { ScriptedProvider($0, capabilities: $1) },
            script: Dictionary(uniqueKeysWithValues: names.dropLast().map { ($0, [.answer(503)]) }),
            fetch: { input in
                journal.note("fetch \(input.fileName)")
                return .success(MediaInput(content: .data(ByteSource([1, 2, 3, 4])), type: .png, fileName: input.fileName))
            },
            publish: { input in
                journal.note("publish \(input.fileName)")
                return url(input)
            },
            convertMask: { bytes, form in
                journal.note("convert \(bytes.count) \(form)")
                guard converts else { return .failure(UpstreamError(.invalidRequest, field: "mask", message: "no mask")) }
                return .success(bytes + bytes)
            })
        let request = GenerationRequest(operation: .edit, model: "m", inputs: [input], mask: mask)
        return (fixture, await fixture.dispatch(request))
    }

    @Test func `a mask is converted once for each form that is not its own`() async {
        let journal = Journal()
        let forms: [Capabilities] = [
            Self.able(), Self.able(.white), Self.able(.black), Self.able(.white, .base64), Self.able(.black), Self.able(),
        ]
        let (fixture, outcome) = await run(forms, journal, mask: Self.mask)
        #expect(outcome.count == 1)
        #expect(journal.lines == ["convert 3 white", "convert 3 black"])
        #expect(
            fixture.transport.sent.map { $0.body["mask"]?.string ?? "" }
                == ["data:3", "data:6", "data:6", "base64:b64-6", "data:6", "data:3"])
    }

    @Test func `a mask at an address is passed on as it is, and fetched once where it has to be converted`() async {
        let journal = Journal()
        let forms = [Self.able(takesURLs: true), Self.able(.white, takesURLs: true), Self.able(.black, takesURLs: true)]
        let (fixture, _) = await run(forms, journal, mask: Self.link)
        #expect(journal.lines == ["fetch mask", "convert 4 white", "convert 4 black"])
        #expect(fixture.transport.sent.map { $0.body["mask"]?.string ?? "" } == ["url:https://example.com/m.png", "data:8", "data:8"])
    }

    @Test func `a mask that cannot be converted is the caller's fault`() async {
        let (fixture, outcome) = await run([Self.able(.white), Self.able()], Journal(), mask: Self.mask, converts: false)
        #expect(outcome.failure?.status == 400)
        #expect(outcome.failure?.field == "mask")
        #expect(fixture.transport.sent.isEmpty)
    }

    @Test func `bytes are published once for providers that take addresses alone`() async {
        let journal = Journal()
        let forms = [Self.able(.alpha, .address), Self.able(.white, .address, takesURLs: true), Self.able(.alpha, .address)]
        let (fixture, _) = await run(forms, journal, mask: Self.mask, url: { "https://gate.test/\($0.fileName)" })
        let images = fixture.transport.sent.map { $0.body["images"] ?? .null }
        #expect(images == Array(repeating: ["url:https://gate.test/image-0.png"], count: 3))
        #expect(fixture.transport.sent.map { $0.body["mask"] ?? .null } == Array(repeating: "url:https://gate.test/mask.png", count: 3))
        #expect(journal.lines.count { $0 == "publish image-0.png" } == 1)
        // A mask in another form is another picture.
        #expect(journal.lines.count { $0 == "publish mask.png" } == 2)
    }

    @Test func `without a public address bytes are left as they are`() async {
        let (fixture, _) = await run([Self.able(.alpha, .address)], Journal())
        #expect(fixture.transport.sent.first?.body["images"] == ["data:2"])
    }

    @Test(arguments: [true, false])
    func `an address of the caller's is left, or fetched and published`(takesURLs: Bool) async {
        let journal = Journal()
        let (fixture, _) = await run(
            [Self.able(.alpha, .address, takesURLs: takesURLs)], journal, input: Self.link, url: { _ in "https://gate.test/1" })
        #expect(journal.lines == (takesURLs ? [] : ["fetch mask", "publish mask"]))
        #expect(
            fixture.transport.sent.first?.body["images"] == [
                .string(takesURLs ? "url:https://example.com/m.png" : "url:https://gate.test/1")
            ])
    }
}
