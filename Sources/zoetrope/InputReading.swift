import Compression
import Gateway
import HTTP
import Media
import Transport

/// The dispatcher's way to the bytes of inputs.
enum InputReading {
    static func bytes(of source: ByteSource) async -> Result<[UInt8], UpstreamError> {
        switch source {
        case .bytes(let bytes): return .success(Array(bytes))
        case .file(let file, let range):
            let result = await BlockingPool.files.run { Result { () throws(SystemError) in try file.read(range) } }
            return result.mapError { UpstreamError(.invalidRequest, .notSent, message: "an input could not be read: \($0)") }
        }
    }

    static func fetch(_ input: MediaInput, by fetcher: RemoteFetcher) async -> Result<MediaInput, UpstreamError> {
        guard case .url(let url) = input.content else { return .success(input) }
        let wantsVideo = input.fileName == "video"
        return await fetcher.fetch(clientURL: url) { $0.isImage != wantsVideo }
            .map { media in
                let name = "\(input.fileName).\(media.type.fileExtension)"
                return MediaInput(content: .data(media.content), type: media.type, fileName: name)
            }
            .mapError { error in
                let kind: UpstreamError.Kind = error.kind == .cancelled ? .cancelled : .invalidRequest
                let (code, field) = wantsVideo ? ("invalid_video_url", "video") : ("invalid_image_url", "image_url")
                return UpstreamError(kind, .notSent, code: code, field: field, message: error.message)
            }
    }

    /// Keeps an input where providers that take nothing but addresses can fetch it; nil where the gateway has no public address.
    static func publish(_ input: MediaInput, in store: any MediaStore, below publicURL: HTTPURL) async -> String? {
        guard case .data(let source) = input.content, isPublic(publicURL) else { return nil }
        let name = try? await store.store(.source(source), type: input.type ?? .png, owner: publishedOwner)
        return name.map { OwnFileURLs(publicURL: publicURL).url(for: $0).description }
    }

    /// Deletes what was published at an address.
    static func withdraw(_ address: String, from store: any MediaStore, below publicURL: HTTPURL) async {
        guard let name = OwnFileURLs(publicURL: publicURL).name(in: address) else { return }
        try? await store.delete(named: name)
    }

    /// No key has this name.
    private static let publishedOwner = "\u{0}published input"

    /// By name, or by an address that others reach.
    static func isPublic(_ url: HTTPURL) -> Bool {
        guard let address = url.address else { return url.host != "localhost" && url.host.contains(".") }
        return AddressRules.isPublic(address)
    }

    /// Few at once: a small file may hold a picture of hundreds of MiB.
    private static let masks = BlockingPool(name: "masks", threads: 2)

    /// An OpenAI mask, in which what is transparent is changed, as providers that mark with white or black want it.
    static func mask(_ bytes: [UInt8], form: Capabilities.MaskForm) async -> Result<[UInt8], UpstreamError> {
        await masks.run { () -> Result<[UInt8], UpstreamError> in
            do throws(PNGError) {
                switch form {
                case .alpha: return .success(bytes)
                case .white: return .success(try PNGMask.converted(bytes, changed: .white))
                case .black: return .success(try PNGMask.converted(bytes, changed: .black))
                }
            } catch {
                return .failure(
                    UpstreamError(
                        .invalidRequest, .notSent, code: "invalid_mask", field: "mask", message: "The mask cannot be used: \(error)."))
            }
        }
    }
}
