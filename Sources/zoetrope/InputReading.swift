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
}
