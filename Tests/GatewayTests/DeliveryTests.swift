import GatewayTesting
import HTTP
import Media
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
    private let store = MemoryMediaStore()
    private static let maker = Candidate(provider: "a", upstreamModel: "m")

    private func delivery(
        _ wish: OutputWish.Delivery, encoding: ImageEncoding? = nil, fetched: [String: Result<[UInt8], FetchError>] = [:]
    ) -> ResultDelivery {
        let sources = ResultSources(store: store, ownFiles: OwnFileURLs(publicURL: .own)) { url, _ in
            (fetched[url] ?? .failure(FetchError(.unreachable, detail: "no such address"))).flatMap { bytes in
                MediaType(sniffing: bytes).map { .success(FetchedMedia(content: ByteSource(bytes), type: $0)) }
                    ?? .failure(FetchError(.wrongType, detail: ""))
            }
        }
        return ResultDelivery(sources: sources, owner: "alice", wish: OutputWish(delivery: wish, encoding: encoding))
    }

    private func text(_ image: DeliveredImage?) -> String {
        switch image?.content {
        case .url(let url): url
        case .base64(let text): text
        case .raw(let source): "raw \(source.count)"
        case nil: "nothing"
        }
    }

    private static let assets: [MediaAsset.Content] = [
        .bytes(Picture.png), .base64(Picture.base64), .url("https://cdn.example/a.png"),
    ]
    private static let fetched: [String: Result<[UInt8], FetchError>] = ["https://cdn.example/a.png": .success(Picture.png)]

    @Test(arguments: assets.indices, [OutputWish.Delivery.url, .base64, .ephemeral, .raw])
    func `whatever a provider gives becomes what was asked`(index: Int, wish: OutputWish.Delivery) async throws {
        let asset = MediaAsset(content: Self.assets[index], revisedPrompt: "better")
        let delivered = try await delivery(wish, fetched: Self.fetched).deliver([asset], madeBy: [Self.maker])
        #expect(delivered.warnings.isEmpty)
        #expect(delivered.images.first?.revisedPrompt == "better")
        #expect(delivered.images.first?.type == .png)
        switch wish {
        case .url: #expect(text(delivered.images.first) == "http://gateway.test:8080/files/0.png")
        case .base64, .ephemeral: #expect(text(delivered.images.first) == Picture.base64)
        case .raw: #expect(text(delivered.images.first) == "raw \(Picture.png.count)")
        }
        #expect(store.items.map(\.bytes) == (wish == .ephemeral ? [] : [Picture.png]))
        #expect(store.items.allSatisfy { $0.owner == "alice" && $0.type == .png })
    }

    @Test func `an encoding that was not made is told once`() async throws {
        let assets = [MediaAsset(content: .bytes(Picture.png)), MediaAsset(content: .bytes(Picture.png))]
        let delivered = try await delivery(.base64, encoding: .webp).deliver(assets, madeBy: [])
        #expect(delivered.warnings.map(\.field) == ["output_format"])
        #expect(
            try await delivery(.base64, encoding: .jpeg).deliver([MediaAsset(content: .bytes(Picture.jpeg))], madeBy: []).warnings.isEmpty)
    }

    @Test func `an address that cannot be fetched is passed on to who wants an address`() async throws {
        let asset = MediaAsset(content: .url("https://cdn.example/b.png"))
        let delivered = try await delivery(.url).deliver([asset], madeBy: [Self.maker])
        #expect(text(delivered.images.first) == "https://cdn.example/b.png")
        #expect(delivered.warnings.map(\.field) == ["response_format"])
        let error = await failure(.base64, [asset])
        #expect(error?.code == "result_unavailable")
        #expect(error?.shouldRetry == false)
    }

    @Test func `what can be handed over is, although the rest cannot`() async throws {
        let assets = [
            MediaAsset(content: .url("https://cdn.example/b.png")), MediaAsset(content: .bytes(Picture.png)),
            MediaAsset(content: .base64("%%%")),
        ]
        let delivered = try await delivery(.base64).deliver(assets, madeBy: [])
        #expect(delivered.images.map { text($0) } == [Picture.base64])
        #expect(delivered.warnings.first?.message.hasPrefix("2 of 3 results are missing") == true)
    }

    @Test func `raw is one image, whatever a provider made`() async throws {
        let assets = [MediaAsset(content: .bytes(Picture.png)), MediaAsset(content: .bytes(Picture.jpeg))]
        #expect(try await delivery(.raw).deliver(assets, madeBy: []).images.count == 1)
    }

    private func failure(_ wish: OutputWish.Delivery, _ assets: [MediaAsset]) async -> APIError? {
        do throws(APIError) {
            _ = try await delivery(wish).deliver(assets, madeBy: [])
            return nil
        } catch { return error }
    }

    @Test(
        arguments: [MediaAsset.Content.bytes([1, 2, 3]), .base64("AQID")],
        [
            (OutputWish.Delivery.url, "http://gateway.test:8080/files/0.bin"), (.base64, "AQID"), (.ephemeral, "AQID"), (.raw, "raw 3"),
        ])
    func `what is of no known type is kept and handed over like all else`(
        content: MediaAsset.Content, wish: (delivery: OutputWish.Delivery, text: String)
    ) async throws {
        let delivered = try await delivery(wish.delivery, encoding: .png).deliver([MediaAsset(content: content)], madeBy: [])
        #expect(delivered.images.map { text($0) } == [wish.text])
        #expect(delivered.images.first?.type == .unknown)
        #expect(delivered.warnings.map(\.field) == ["output_format"])
        #expect(store.items.map(\.bytes) == (wish.delivery == .ephemeral ? [] : [[1, 2, 3]]))
        #expect(store.items.allSatisfy { $0.type == .unknown })
    }

    @Test(arguments: [MediaAsset.Content.bytes([]), .base64("")])
    func `nothing is no result`(content: MediaAsset.Content) async {
        #expect(await failure(.url, [MediaAsset(content: content)])?.code == "invalid_result")
        #expect(store.items.isEmpty)
    }

    @Test func `broken base64 is an upstream's fault, and not to be bought again`() async {
        let error = await failure(.base64, [MediaAsset(content: .base64("%%%"))])
        #expect(error?.status == 502)
        #expect(error?.shouldRetry == false)
    }

    @Test func `on a full disk the bytes still reach who wants bytes`() async throws {
        store.fail(with: MediaStoreError(.full, "no space"))
        let asset = MediaAsset(content: .bytes(Picture.png))
        #expect(await failure(.url, [asset])?.status == 507)
        let delivered = try await delivery(.base64).deliver([asset], madeBy: [])
        #expect(text(delivered.images.first) == Picture.base64)
        #expect(delivered.warnings.map(\.field) == ["storage"])
    }
}
