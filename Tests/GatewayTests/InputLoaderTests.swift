import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct InputLoaderTests {
    private func load(
        _ inputs: [InputReference], mask: InputReference? = nil, as caller: String = "alice", maximumFile: Int = 1 << 20
    ) async throws(APIError) -> GenerationRequest {
        let store = MemoryMediaStore()
        _ = try? await store.store(.source(ByteSource(Picture.png)), type: .png, owner: "alice")
        let loader = InputLoader(
            store: store, ownFiles: OwnFileURLs(publicURL: .own), rules: FetchRules(), caller: Caller(name: caller),
            maximumFile: maximumFile)
        return try await loader.load(
            ImageRequest(generation: GenerationRequest(operation: .edit, model: "m"), inputs: inputs, mask: mask, dialect: .openAI))
    }

    private func failure(_ input: InputReference, as caller: String = "alice", maximumFile: Int = 1 << 20) async -> APIError? {
        do throws(APIError) {
            _ = try await load([input], as: caller, maximumFile: maximumFile)
            return nil
        } catch { return error }
    }

    private func data(_ text: String) throws -> InputReference {
        .dataURI(try #require(DataURI(parsing: text)), field: "images[1]")
    }

    private func bytes(_ input: MediaInput) -> Int? {
        guard case .data(let source) = input.content else { return nil }
        return source.count
    }

    @Test func `inputs get a type by their bytes, and a name of ours`() async throws {
        let upload = UploadedFile(field: "image", content: ByteSource(Picture.jpeg), type: .jpeg)
        let request = try await load(
            [.upload(upload), try data("data:text/html;base64,\(Picture.base64)"), .url("https://x.example/secret.gif", field: "image")],
            mask: .upload(upload))
        #expect(request.inputs.map(\.fileName) == ["image-0.jpg", "image-1.png", "image-2"])
        #expect(request.inputs.map(\.type) == [.jpeg, .png, nil])
        #expect(request.mask?.fileName == "mask.jpg")
        #expect(bytes(request.inputs[1]) == Picture.png.count)
    }

    @Test func `our own file is read from the store, for its owner alone`() async throws {
        let own = InputReference.url("http://gateway.test:8080/files/0.png", field: "image")
        #expect(bytes(try await load([own]).inputs[0]) == Picture.png.count)
        #expect(await failure(own, as: "bob")?.code == "file_not_found")
        #expect(await failure(.url("http://gateway.test:8080/files/1.png", field: "image"))?.code == "file_not_found")
    }

    @Test(arguments: [
        "http://127.0.0.1/a.png", "http://[::1]/a", "http://10.0.0.1/a", "http://x.example:22/a", "http://169.254.169.254/meta",
    ])
    func `an address that must not be fetched is refused at once`(url: String) async {
        let error = await failure(.url(url, field: "images[0]"))
        #expect(error?.status == 400)
        #expect(error?.field == "images[0]")
        #expect(error?.code == "invalid_image_url")
    }

    @Test func `what is no image is named`() async throws {
        let video = UploadedFile(field: "image", content: ByteSource([]), type: .mp4)
        #expect(await failure(.upload(video))?.code == "invalid_image")
        #expect(await failure(.upload(UploadedFile(field: "mask", content: ByteSource([]), type: nil)))?.field == "mask")
        #expect(await failure(try data("data:image/png;base64,AAAA"))?.field == "images[1]")
        #expect(await failure(try data("data:image/png;base64,%%%%"))?.code == "invalid_base64")
        #expect(await failure(try data("data:image/png;base64,\(Picture.base64)"), maximumFile: 10)?.status == 413)
    }

    @Test func `a large data URI is decoded all the same`() async throws {
        let bytes = Picture.png + [UInt8](repeating: 3, count: 200_000)
        let request = try await load([try data("data:;base64,\(Base64.encode(bytes))")])
        #expect(self.bytes(request.inputs[0]) == bytes.count)
    }

    // MARK: Videos

    private static let clip: [UInt8] = [0, 0, 0, 24] + Array("ftypisom, and a film of a cat".utf8)

    private func load(_ video: VideoReference?, inputs: [InputReference] = []) async throws(APIError) -> GenerationRequest {
        let store = MemoryMediaStore()
        _ = try? await store.store(.source(ByteSource(Self.clip)), type: .mp4, owner: "alice")
        _ = try? await store.store(.source(ByteSource(Picture.png)), type: .png, owner: "alice")
        let loader = InputLoader(
            store: store, ownFiles: OwnFileURLs(publicURL: .own), rules: FetchRules(), caller: Caller(name: "alice"), maximumFile: 1 << 20)
        let request = GenerationRequest(operation: .editVideo, model: "m")
        return try await loader.load(
            VideoRequest(generation: request, inputs: inputs, video: video, wish: CallWish(), dialect: .openAI))
    }

    private func given(_ request: GenerationRequest) -> MediaInput? {
        guard case .given(let input)? = request.source else { return nil }
        return input
    }

    @Test func `a video is one by its bytes`() async throws {
        let upload = InputReference.upload(UploadedFile(field: "video", content: ByteSource(Self.clip), type: .mp4))
        let image = InputReference.upload(UploadedFile(field: "image", content: ByteSource(Picture.png), type: .png))
        let request = try await load(.input(upload), inputs: [image])
        #expect(given(request)?.fileName == "video.mp4")
        #expect(request.inputs.map(\.fileName) == ["image-0.png"])
        let own = try await load(.input(.url("http://gateway.test:8080/files/0.mp4", field: "video_url")))
        #expect(given(own).flatMap(bytes) == Self.clip.count)
        let foreign = try await load(.input(.url("https://x.example/v.mp4", field: "video_url")))
        #expect(given(foreign)?.type == nil)
        #expect(given(try await load(.input(try data("data:image/png;base64,\(Base64.encode(Self.clip))"))))?.type == .mp4)
    }

    @Test func `a result of unknown type is no input`() async throws {
        let store = MemoryMediaStore()
        let name = try await store.store(.source(ByteSource(Self.clip)), type: .unknown, owner: "alice")
        let loader = InputLoader(
            store: store, ownFiles: OwnFileURLs(publicURL: .own), rules: FetchRules(), caller: Caller(name: "alice"), maximumFile: 1 << 20)
        let reference = InputReference.url("http://gateway.test:8080/files/\(name)", field: "video")
        await #expect(throws: APIError.self) { try await loader.loadVideo(reference) }
    }

    @Test func `a video that was made here is left to others`() async throws {
        #expect(try await load(.task(id: "video_1")).source == nil)
        #expect(try await load(nil).source == nil)
    }

    @Test(arguments: [
        (InputReference.upload(UploadedFile(field: "video", content: ByteSource(Picture.png), type: .png)), "invalid_video"),
        (.upload(UploadedFile(field: "video", content: ByteSource([]), type: nil)), "invalid_video"),
        (.url("http://gateway.test:8080/files/1.png", field: "video"), "file_not_found"),
        (.url("http://127.0.0.1/v.mp4", field: "video"), "invalid_video_url"),
    ])
    func `what is no video is named`(input: InputReference, code: String) async {
        do throws(APIError) {
            _ = try await load(.input(input))
            Issue.record("accepted")
        } catch {
            #expect(error.code == code)
            #expect(error.field == "video")
        }
    }
}
