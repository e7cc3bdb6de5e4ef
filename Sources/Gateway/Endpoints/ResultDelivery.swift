import HTTP
import Media
import Transport

/// A result in the form that the caller asked for.
struct DeliveredImage: Sendable {
    var content: Content
    var type: MediaType?
    /// In the media store; nil where the answer itself brings the image, or nobody keeps it.
    var name: String?
    var revisedPrompt: String?

    enum Content: Sendable {
        case url(String)
        case base64(String)
        case raw(ByteSource)
    }
}

/// Turns a provider's results into what the caller asked for: fetched if remote, stored unless ephemeral, converted either way.
struct ResultDelivery: Sendable {
    let sources: ResultSources
    /// The name of the key that will own them.
    let owner: String
    let wish: OutputWish

    struct Delivery: Sendable {
        var images: [DeliveredImage] = []
        var warnings: [Warning] = []
        /// The first of what went wrong.
        fileprivate var failure: APIError?

        fileprivate mutating func fail(_ error: APIError) { failure = failure ?? error }

        /// Warns of what is missing; an error when all of it is.
        fileprivate mutating func end(of count: Int) throws(APIError) {
            guard let failure else { return }
            guard !images.isEmpty else { throw failure }
            let lost = count - images.count
            warnings.append(Warning(field: "data", message: "\(lost) of \(count) results are missing: \(failure.message)"))
        }
    }

    /// Hands over what can be; it is an error only when nothing can.
    /// - Parameter makers: who made each asset; a URL on the maker's own origin is fetched with its key.
    func deliver(_ assets: [MediaAsset], madeBy makers: [Candidate]) async throws(APIError) -> Delivery {
        let collector = AssetCollector(sources: sources, owner: owner, keeps: wish.delivery != .ephemeral)
        var delivery = Delivery()
        for index in 0..<count(assets.count) {
            do throws(APIError) {
                var asset: CollectedAsset
                do throws(CollectError) {
                    asset = try await collector.collect(assets[index].content, madeBy: makers.indices.contains(index) ? makers[index] : nil)
                } catch {
                    asset = try passOn(error)
                }
                asset.revisedPrompt = assets[index].revisedPrompt
                delivery.images.append(try await present(asset, &delivery.warnings))
            } catch { delivery.fail(error) }
        }
        try delivery.end(of: count(assets.count))
        return delivery
    }

    /// The same for what is here already.
    func deliver(_ assets: [CollectedAsset]) async throws(APIError) -> Delivery {
        var delivery = Delivery()
        for asset in assets.prefix(count(assets.count)) {
            do throws(APIError) {
                delivery.images.append(try await present(asset, &delivery.warnings))
            } catch { delivery.fail(error) }
        }
        try delivery.end(of: count(assets.count))
        return delivery
    }

    /// Raw bytes are one image, even where a provider made more.
    private func count(_ made: Int) -> Int { wish.delivery == .raw ? min(made, 1) : made }

    /// What was paid for is not thrown away because it could not be fetched: a caller who wants a URL gets the provider's.
    private func passOn(_ error: CollectError) throws(APIError) -> CollectedAsset {
        switch error {
        case .full: throw .diskFull
        case .unreadable: throw .unreadableResult
        case .unavailable(let url, let error):
            guard wish.delivery == .url else { throw .unavailableResult(error) }
            return CollectedAsset(content: .remote(url))
        }
    }

    // MARK: Forms

    private func present(_ asset: CollectedAsset, _ warnings: inout [Warning]) async throws(APIError) -> DeliveredImage {
        if case .remote(let url) = asset.content {
            warnings.append(Warning(field: "response_format", message: "the result could not be stored; the URL is the provider's own"))
            return DeliveredImage(content: .url(url), revisedPrompt: asset.revisedPrompt)
        }
        let type = asset.type ?? .unknown
        note(asset, type, &warnings)
        let name = wish.delivery == .url ? asset.name : nil
        let image = DeliveredImage(content: try await content(of: asset), type: type, name: name, revisedPrompt: asset.revisedPrompt)
        noteEncoding(type, &warnings)
        return image
    }

    private func content(of asset: CollectedAsset) async throws(APIError) -> DeliveredImage.Content {
        switch (wish.delivery, asset.content) {
        case (_, .remote(let url)): return .url(url)
        case (.url, _):
            guard let name = asset.name else { throw .diskFull }
            return .url(sources.ownFiles.url(for: name).description)
        case (.base64, .base64(let text)), (.ephemeral, .base64(let text)): return .base64(text)
        case (.base64, .bytes(let source)), (.ephemeral, .bytes(let source)): return .base64(try await base64(of: source))
        case (.raw, .bytes(let source)): return .raw(source)
        case (.raw, .base64(let text)): return .raw(try await decoded(text))
        }
    }

    private func note(_ asset: CollectedAsset, _ type: MediaType, _ warnings: inout [Warning]) {
        if type == .unknown {
            warnings.append(Warning(field: "output_format", message: "the result's type is not known here; it is handed over as it came"))
        }
        if asset.name == nil, wish.delivery == .base64 || wish.delivery == .raw {
            warnings.append(Warning(field: "storage", message: "the result could not be stored"))
        }
    }

    @inline(never)
    private func base64(of source: ByteSource) async throws(APIError) -> String {
        let text = await BlockingPool.files.run { () -> String? in
            switch source {
            case .bytes(let bytes): Base64.encode(bytes)
            case .file(let file, let range): (try? file.read(range)).map { Base64.encode($0) }
            }
        }
        guard let text else { throw .diskFull }
        return text
    }

    @inline(never)
    private func decoded(_ base64: String) async throws(APIError) -> ByteSource {
        guard let bytes = await BlockingPool.compute.run({ try? Base64.decode(base64) }) else { throw .unreadableResult }
        return ByteSource(bytes)
    }

    private func noteEncoding(_ type: MediaType, _ warnings: inout [Warning]) {
        guard let wanted = wish.encoding, type != .unknown, type.rawValue != "image/\(wanted.rawValue)" else { return }
        let warning = Warning(field: "output_format", message: "the provider made \(type.rawValue) instead of image/\(wanted.rawValue)")
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}

extension APIError {
    static let unreadableResult = APIError(
        502, type: "server_error", code: "invalid_result", "The provider's result is not valid base64.", shouldRetry: false)

    static func unavailableResult(_ error: FetchError) -> APIError {
        APIError(
            502, type: "server_error", code: "result_unavailable", "The result was made, but \(error.message).", shouldRetry: false)
    }
}
