import HTTP
import Media
import Transport

/// A result that is here: fetched if it was remote, and stored if it is to be kept.
struct CollectedAsset: Sendable {
    var content: Content
    /// By its first bytes; nil: remote.
    var type: MediaType?
    /// In the media store; nil: not kept.
    var name: String?
    var revisedPrompt: String?

    enum Content: Sendable {
        case bytes(ByteSource)
        case base64(String)
        /// The provider's URL: it could not be fetched.
        case remote(String)
    }
}

/// Fetches what a provider's answer names, and keeps it.
struct AssetCollector: Sendable {
    let sources: ResultSources
    /// The name of the key that will own it.
    let owner: String
    /// False for results that the caller wants nobody to keep.
    let keeps: Bool

    /// Characters of base64 that say what is in it.
    private static let headLength = 24

    /// - Throws: only for what cannot be had at all; what cannot be stored has no name.
    func collect(_ content: MediaAsset.Content, madeBy maker: Candidate?) async throws(CollectError) -> CollectedAsset {
        switch content {
        case .base64(let text):
            // Its beginning says what it is; megabytes are not read for that.
            guard let head = try? Base64.decode(Substring(text.utf8.prefix(AssetCollector.headLength))), !head.isEmpty else {
                throw .unreadable
            }
            return try await kept(CollectedAsset(content: .base64(text), type: MediaType(sniffing: head) ?? .unknown))
        case .bytes(let bytes):
            guard !bytes.isEmpty else { throw .unreadable }
            return try await kept(CollectedAsset(content: .bytes(ByteSource(bytes)), type: MediaType(sniffing: bytes) ?? .unknown))
        case .url(let url):
            switch await sources.fetch(url, maker) {
            case .success(let media):
                FailPoint.reach(.downloaded)
                return try await kept(CollectedAsset(content: .bytes(media.content), type: media.type))
            case .failure(let error):
                if error.kind == .storage { throw .full }
                throw .unavailable(url, error)
            }
        }
    }

    private func kept(_ asset: consuming CollectedAsset) async throws(CollectError) -> CollectedAsset {
        keeps ? try await stored(asset) : asset
    }

    @inline(never)
    private func stored(_ asset: CollectedAsset) async throws(CollectError) -> CollectedAsset {
        guard let content = asset.content.storable else { return asset }
        var asset = asset
        do throws(MediaStoreError) {
            asset.name = try await sources.store.store(content, type: asset.type ?? .unknown, owner: owner)
        } catch {
            if error.kind == .invalidContent { throw .unreadable }
        }
        return asset
    }
}

/// Why a result is not here.
enum CollectError: Error, Sendable {
    /// No space for what was fetched.
    case full
    /// The provider's URL could not be fetched.
    case unavailable(String, FetchError)
    /// Not valid base64, or empty.
    case unreadable
}

extension CollectedAsset.Content {
    fileprivate var storable: StorableContent? {
        switch self {
        case .bytes(let source): .source(source)
        case .base64(let text): .base64(text)
        case .remote: nil
        }
    }
}
