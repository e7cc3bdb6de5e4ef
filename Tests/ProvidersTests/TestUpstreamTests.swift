import Compression
import HTTP
import Media
import Testing
import Transport

@testable import Providers

struct TestUpstreamTests {
    private let settings = ProviderSettings(name: "test", type: "test")
    private let upstream = BuiltinUpstream(now: { 1_700_000_000 })
    private let provider: TestProvider

    init() throws {
        provider = try TestProvider(settings)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a generation gives real pictures of the asked size, each another one`() async throws {
        let result = try await result(GenerationRequest(model: "test/image", prompt: "a fox", count: 3, size: small))
        let images = try result.assets.map(image)
        #expect(images.count == 3 && Set(images).count == 3)
        #expect(images.allSatisfy { $0.width == 80 && $0.height == 64 })
        #expect(result.details == ["background": "opaque", "output_format": "png", "quality": "medium", "size": "80x64"])
        #expect(result.usage?["total_tokens"] == 17)
    }

    @Test func `the second of two pictures is the first one of the next seed`() async throws {
        let two = try await result(GenerationRequest(model: "image", prompt: "a fox", count: 2, size: small, seed: 4))
        let next = try await result(GenerationRequest(model: "image", prompt: "a fox", size: small, seed: 5))
        #expect(try image(two.assets[1]) == image(next.assets[0]))
    }

    @Test(arguments: [
        ("429", UpstreamError.Kind.rateLimited, UpstreamError.Progress.answered), ("test/503", .overloaded, .answered),
        ("timeout", .unknownOutcome, .mayHaveStarted), ("refuse", .unreachable, .notSent), ("moderated", .moderated, .answered),
        ("reset-after-send", .unknownOutcome, .mayHaveStarted), ("slow", .unknownOutcome, .mayHaveStarted),
        ("nonsense", .modelGone, .answered),
    ])
    func `each failure model fails in its way`(
        model: String, kind: UpstreamError.Kind, progress: UpstreamError.Progress
    ) async throws {
        let error = await #expect(throws: UpstreamError.self) {
            try await result(GenerationRequest(model: model, prompt: "a fox", size: small), deadline: .now)
        }
        #expect(error?.kind == kind && error?.progress == progress)
        if kind == .rateLimited { #expect(error?.retryAfter == .seconds(1)) }
        if kind == .moderated { #expect(error?.code == "moderation_blocked") }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the slow model draws after its seconds`() async throws {
        for seconds in [JSONValue.integer(0), "0"] {
            let request = GenerationRequest(model: "slow", prompt: "a fox", size: small, extras: ["seconds": seconds])
            #expect(try await result(request).assets.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["timeout", "slow"])
    func `a cancelled wait ends at once`(model: String) async throws {
        let request = try provider.request(for: .start(GenerationRequest(model: model, extras: ["seconds": 600])))
        let task = Task { await upstream.send(request, to: settings.name, freshConnection: false, deadline: .now + .seconds(600)) }
        task.cancel()
        guard case .failure(let error) = await task.value else { throw Unexpected() }
        #expect(error.kind == .cancelled)
    }

    @Test func `the flaky model answers every second call with 503`() async throws {
        var outcomes: [Bool] = []
        for _ in 0..<4 { outcomes.append((try? await result(GenerationRequest(model: "flaky", size: small))) != nil) }
        #expect(outcomes == [true, false, true, false])
    }

    @Test(arguments: [
        ("seconds", JSONValue.integer(601)), ("seconds", -1), ("seconds", "soon"), ("seconds", 0.5),
    ])
    func `a wrong number is the caller's fault`(field: String, value: JSONValue) async throws {
        let error = await #expect(throws: UpstreamError.self) {
            try await result(GenerationRequest(model: "slow", extras: [field: value]))
        }
        #expect(error?.kind == .invalidRequest && error?.field == field)
    }

    @Test(arguments: [(63, 64), (64, 4097), (0, 0)])
    func `a size that cannot be drawn is the caller's fault`(width: Int, height: Int) async throws {
        let error = await #expect(throws: UpstreamError.self) {
            try await result(GenerationRequest(model: "image", size: .pixels(width: width, height: height)))
        }
        #expect(error?.kind == .invalidRequest && error?.field == "size")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [GenerationRequest.Operation.edit, .vary, .upscale, .removeBackground])
    func `every operation with inputs gives a picture`(operation: GenerationRequest.Operation) async throws {
        let mask = operation == .edit ? input(TestPicture(prompt: "", size: (64, 64), isTransparent: true).drawn()) : nil
        let inputs = [input(TestPicture(prompt: "ground", size: (96, 64)).drawn()), jpeg]
        let request = GenerationRequest(operation: operation, model: "image", prompt: "a hat", inputs: inputs, mask: mask)
        let image = try image(await result(request).assets[0])
        #expect(image.width == (operation == .upscale ? 192 : 96))
    }

    @Test func `inputs that are no images, or damaged ones, are the caller's fault`() async throws {
        var damaged = PNGEncoder.encode(TestPicture(prompt: "", size: (64, 64)).drawn())
        damaged[60] ^= 1
        for bytes in [damaged, Array("<svg/>".utf8), Array(damaged.prefix(40)), Array("....ftypmp42".utf8)] {
            let broken = MediaInput(content: .data(ByteSource(bytes)), type: nil, fileName: "image-0")
            let error = await #expect(throws: UpstreamError.self) {
                try await result(GenerationRequest(operation: .edit, model: "image", inputs: [broken]))
            }
            #expect(error?.kind == .invalidRequest && error?.field == "image")
        }
        let error = await #expect(throws: UpstreamError.self) {
            try await result(GenerationRequest(operation: .edit, model: "image", inputs: [jpeg], mask: jpeg))
        }
        #expect(error?.field == "mask")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [0, 2])
    func `a stream brings previews and then the very picture`(partials: Int) async throws {
        let start = Step.start(GenerationRequest(model: "image", prompt: "a fox", size: small, partialImages: partials))
        let events = try await events(start)
        #expect(events.count == partials + 1)
        for (index, event) in events.dropLast().enumerated() {
            guard case .partial(let base64, index, let details) = event else { throw Unexpected() }
            #expect(try image(MediaAsset(content: .base64(base64))).width == 80)
            #expect(details["size"] == "80x64")
        }
        guard case .completed(let streamed)? = events.last else { throw Unexpected() }
        let whole = try await result(GenerationRequest(model: "image", prompt: "a fox", size: small))
        #expect(try image(streamed.assets[0]) == image(whole.assets[0]))
        #expect(streamed.usage == whole.usage)
    }

    @Test func `a refused stream is a plain answer`() async throws {
        let request = try provider.request(for: .start(GenerationRequest(model: "429", partialImages: 1)))
        let answer = await upstream.send(request, to: settings.name, freshConnection: false, deadline: .now)
        guard case .success(.whole(let response)) = answer else { throw Unexpected() }
        #expect(response.status == 429)
    }

    private var small: Size { .pixels(width: 80, height: 64) }
    private struct Unexpected: Error {}

    private var jpeg: MediaInput {
        let bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 80, 0, 100, 3]
        return MediaInput(content: .data(ByteSource(bytes)), type: .jpeg, fileName: "image-1.jpg")
    }

    private func input(_ image: PNGImage) -> MediaInput {
        MediaInput(content: .data(ByteSource(PNGEncoder.encode(image))), type: .png, fileName: "image-0.png")
    }

    private func image(_ asset: MediaAsset) throws -> PNGImage {
        guard case .base64(let text) = asset.content else { throw Unexpected() }
        return try PNGDecoder.decode(Base64.decode(text)[...], maximumPixels: 1 << 20)
    }

    private func result(
        _ request: GenerationRequest, deadline: Instant = .now + .seconds(60)
    ) async throws -> GenerationResult {
        let answer = await upstream.send(
            try provider.request(for: .start(request)), to: settings.name, freshConnection: false, deadline: deadline)
        guard case .whole(let response) = try answer.get() else { throw Unexpected() }
        guard case .completed(let result) = try provider.generation(from: response, at: .start(request)) else { throw Unexpected() }
        return result
    }

    private func events(_ step: Step) async throws -> [GenerationEvent] {
        let answer = await upstream.send(
            try provider.request(for: step), to: settings.name, freshConnection: false, deadline: .now + .seconds(60))
        guard case .events(let events) = try answer.get() else { throw Unexpected() }
        var found: [GenerationEvent] = []
        while let event = try await events.next().get() {
            if let meaning = try provider.event(from: event, at: step) { found.append(meaning) }
        }
        return found
    }
}
