import HTTP
import Media
import Testing

@testable import Providers

struct TestProviderTests {
    private let provider: TestProvider

    init() throws {
        provider = try TestProvider(ProviderSettings(name: "test", type: "test"))
    }

    @Test func `a base URL means nothing to it`() throws {
        let url = try HTTPURL(parsing: "http://example.com/v1")
        #expect(throws: ConfigurationError.self) { try TestProvider(ProviderSettings(name: "test", type: "test", baseURL: url)) }
    }

    @Test func `a generation is OpenAI's JSON`() throws {
        let start = GenerationRequest(
            model: "image", prompt: "a fox", count: 2, size: .pixels(width: 64, height: 96), background: .transparent, seed: 5,
            extras: ["seconds": 3, "model": "other"])
        let request = try provider.request(for: .start(start))
        guard case .json(let json) = request.body else { throw Unexpected() }
        #expect(request.url.description == "http://builtin.invalid/v1/images/generations")
        #expect(!request.streams)
        #expect(
            json == [
                "model": "image", "prompt": "a fox", "n": 2, "size": "64x96", "background": "transparent", "seed": 5, "seconds": 3,
            ])
    }

    @Test(arguments: [
        (GenerationRequest.Operation.edit, "edits"), (.vary, "variations"), (.upscale, "upscale"), (.removeBackground, "remove"),
    ])
    func `the other operations are multipart with all inputs`(operation: GenerationRequest.Operation, path: String) throws {
        let input = MediaInput(content: .base64("AQID"), type: .png, fileName: "image-0.png")
        let start = GenerationRequest(operation: operation, model: "image", inputs: [input, input], mask: input)
        let request = try provider.request(for: .start(start))
        guard case .multipart(let parts) = request.body else { throw Unexpected() }
        #expect(request.url.path == "/v1/images/\(path)")
        #expect(parts.map(\.name).suffix(3) == ["image[]", "image[]", "mask"])
    }

    @Test func `an input that is only an address is refused before anything happens`() {
        let input = MediaInput(content: .url("https://example.com/a.png"), type: nil, fileName: "image-0")
        #expect(throws: UpstreamError.self) {
            try provider.request(for: .start(GenerationRequest(operation: .edit, model: "image", inputs: [input])))
        }
    }

    @Test func `partial images ask for a stream`() throws {
        #expect(try provider.request(for: .start(GenerationRequest(model: "image", partialImages: 0))).streams)
    }

    @Test func `jobs are asked for and cancelled by their ids`() throws {
        let job = RemoteOperation(id: "vid_1", model: "video")
        let (poll, cancel) = (try provider.request(for: .resume(job)), try provider.request(for: .cancel(job)))
        #expect(poll.method == .get && poll.url.path == "/v1/videos/vid_1")
        #expect(cancel.method == .delete && cancel.url == poll.url)
    }

    @Test(arguments: [
        ("image", true, false), ("slow", true, false), ("video", false, true), ("video-fails", false, true), ("429", true, true),
    ])
    func `models make images, videos, or fail at both`(model: String, images: Bool, videos: Bool) {
        let capabilities = provider.capabilities(for: model)
        #expect(capabilities.operations.contains(.generate) == images && capabilities.operations.contains(.extendVideo) == videos)
        #expect(capabilities.acceptsVideoFile == videos && capabilities.submitsJobs == !images)
    }

    @Test(arguments: [
        ("image", TestModel.image), ("test/image", .image), ("test/test", .image), ("test", .image), ("429", .rateLimited),
        ("test/429", .rateLimited), ("test/reset-after-send", .resetAfterSend), ("slow", .slow),
    ])
    func `models are known with and without their prefix`(name: String, model: TestModel) {
        #expect(TestModel(upstreamModel: name) == model)
    }

    @Test(arguments: ["", "test/", "test/test/image", "gpt-image-1", "IMAGE"])
    func `other models are not known`(name: String) {
        #expect(TestModel(upstreamModel: name) == nil)
    }

    private struct Unexpected: Error {}
}
