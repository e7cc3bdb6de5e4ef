import HTTP
import Media

extension UpstreamResponse {
    /// The content is a picture: by its first bytes, or by the server's word where those tell nothing.
    var holdsImage: Bool { MediaType(sniffing: body).map(\.isImage) ?? says("image") }

    /// The content is a video.
    var holdsVideo: Bool { MediaType(sniffing: body).map(\.isVideo) ?? says("video") }

    private func says(_ type: String) -> Bool {
        !body.isEmpty && fields[.contentType].flatMap { MediaTypeHeader(parsing: $0) }?.type == type
    }
}
