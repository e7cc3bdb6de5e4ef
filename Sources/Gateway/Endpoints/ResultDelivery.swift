import HTTP
import Media
import Transport

/// A result in the form that the caller asked for.
struct DeliveredImage: Sendable {
    var content: Content
    var type: MediaType?
    var revisedPrompt: String?

    enum Content: Sendable {
        case url(String)
        case base64(String)
        case raw(ByteSource)
    }
}

/// Turns a provider's results into what the caller asked for: fetched if remote, stored unless ephemeral, converted either way.
struct ResultDelivery: Sendable {
    let store: any MediaStore
    let ownFiles: OwnFileURLs
    let caller: Caller
    let wish: OutputWish
    /// Fetches a URL of a provider's answer.
    let fetch: @Sendable (String, Candidate?) async -> Result<FetchedMedia, FetchError>

    struct Delivery: Sendable {
        var images: [DeliveredImage] = []
        var warnings: [Warning] = []
    }

    /// Hands over what can be; it is an error only when nothing can.
    /// - Parameter makers: who made each asset; a URL on the maker's own origin is fetched with its key.
    func deliver(_ assets: [MediaAsset], madeBy makers: [Candidate]) async throws(APIError) -> Delivery {
        // Raw bytes are one image, even where a provider made more.
        let assets = wish.delivery == .raw ? assets.prefix(1) : assets[...]
        var delivery = Delivery()
        var failure: APIError?
        for (index, asset) in assets.enumerated() {
            do throws(APIError) {
                var image = try await deliver(asset, makers.indices.contains(index) ? makers[index] : nil, &delivery.warnings)
                image.revisedPrompt = asset.revisedPrompt
                noteEncoding(image.type, &delivery.warnings)
                delivery.images.append(image)
            } catch { failure = failure ?? error }
        }
        guard let failure else { return delivery }
        guard !delivery.images.isEmpty else { throw failure }
        let lost = assets.count - delivery.images.count
        delivery.warnings.append(Warning(field: "data", message: "\(lost) of \(assets.count) results are missing: \(failure.message)"))
        return delivery
    }

    private func deliver(
        _ asset: MediaAsset, _ maker: Candidate?, _ warnings: inout [Warning]
    ) async throws(APIError) -> DeliveredImage {
        switch asset.content {
        case .base64(let text): return try await deliver(base64: text, &warnings)
        case .bytes(let bytes): return try await deliver(ByteSource(bytes), MediaType(sniffing: bytes.prefix(16)), &warnings)
        case .url(let url):
            switch await fetch(url, maker) {
            case .success(let media): return try await deliver(media.content, media.type, &warnings)
            case .failure(let error): return try passOn(url, error, &warnings)
            }
        }
    }

    /// What was paid for is not thrown away because it could not be fetched: a caller who wants a URL gets the provider's.
    private func passOn(_ url: String, _ error: FetchError, _ warnings: inout [Warning]) throws(APIError) -> DeliveredImage {
        if error.kind == .storage { throw .diskFull }
        guard wish.delivery == .url else {
            throw APIError(
                502, type: "server_error", code: "result_unavailable", "The result was made, but \(error.message).", shouldRetry: false)
        }
        warnings.append(Warning(field: "response_format", message: "the result could not be stored; the URL is the provider's own"))
        return DeliveredImage(content: .url(url))
    }

    // MARK: Bytes

    private func deliver(
        _ source: ByteSource, _ type: MediaType?, _ warnings: inout [Warning]
    ) async throws(APIError) -> DeliveredImage {
        guard let type else {
            guard let text = await encode(source) else { throw .diskFull }
            return unknown(text, &warnings)
        }
        let name = try await keep(.source(source), type, &warnings)
        switch wish.delivery {
        case .url: return DeliveredImage(content: try url(name), type: type)
        case .raw: return DeliveredImage(content: .raw(source), type: type)
        case .base64, .ephemeral:
            guard let text = await encode(source) else { throw .diskFull }
            return DeliveredImage(content: .base64(text), type: type)
        }
    }

    private func deliver(base64 text: String, _ warnings: inout [Warning]) async throws(APIError) -> DeliveredImage {
        guard let head = try? Base64.decode(Array(text.utf8.prefix(64))) else { throw ResultDelivery.unreadable }
        guard let type = MediaType(sniffing: head.prefix(16)) else { return unknown(text, &warnings) }
        if wish.delivery == .raw {
            guard let bytes = await BlockingPool.compute.run({ try? Base64.decode(text) }) else { throw ResultDelivery.unreadable }
            return try await deliver(ByteSource(bytes), type, &warnings)
        }
        let name = try await keep(.base64(text), type, &warnings)
        return DeliveredImage(content: wish.delivery == .url ? try url(name) : .base64(text), type: type)
    }

    /// What was paid for but has no type known here is handed over as it is, and not stored.
    private func unknown(_ base64: String, _ warnings: inout [Warning]) -> DeliveredImage {
        let message = "the result's type is not known here; it is given as base64 and not stored"
        warnings.append(Warning(field: "output_format", message: message))
        return DeliveredImage(content: .base64(base64))
    }

    /// Stores a result; nil when it is not to be kept, or could not be and the caller gets its bytes anyway.
    private func keep(_ content: StorableContent, _ type: MediaType, _ warnings: inout [Warning]) async throws(APIError) -> String? {
        if wish.delivery == .ephemeral { return nil }
        do throws(MediaStoreError) {
            return try await store.store(content, type: type, owner: caller.name)
        } catch {
            if error.kind == .invalidContent { throw ResultDelivery.unreadable }
            guard wish.delivery != .url else { throw .diskFull }
            warnings.append(Warning(field: "storage", message: "the result could not be stored"))
            return nil
        }
    }

    private func url(_ name: String?) throws(APIError) -> DeliveredImage.Content {
        guard let name else { throw .diskFull }
        return .url(ownFiles.url(for: name).description)
    }

    private func encode(_ source: ByteSource) async -> String? {
        await BlockingPool.files.run {
            switch source {
            case .bytes(let bytes): Base64.encode(bytes)
            case .file(let file, let range): (try? file.read(range)).map { Base64.encode($0) }
            }
        }
    }

    private func noteEncoding(_ type: MediaType?, _ warnings: inout [Warning]) {
        guard let wanted = wish.encoding, let type, type.rawValue != "image/\(wanted.rawValue)" else { return }
        let warning = Warning(field: "output_format", message: "the provider made \(type.rawValue) instead of image/\(wanted.rawValue)")
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    private static let unreadable = APIError(
        502, type: "server_error", code: "invalid_result", "The provider's result is not valid base64.", shouldRetry: false)
}
