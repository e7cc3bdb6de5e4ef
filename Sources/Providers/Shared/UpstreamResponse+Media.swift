import HTTP
import Media

extension UpstreamResponse {
    /// The content is a picture: by its first bytes, or by the server's word where those tell nothing.
    var holdsImage: Bool { MediaType(sniffing: body).map(\.isImage) ?? says("image") }

    /// The content is a video.
    var holdsVideo: Bool { MediaType(sniffing: body).map(\.isVideo) ?? says("video") }

    private func says(_ type: String) -> Bool {
        guard !body.isEmpty, let said = fields.bytes(of: .contentType), said.first.map({ $0 | 0x20 }) == type.utf8.first else {
            return false
        }
        return MediaTypeHeader(parsing: String(decoding: said, as: UTF8.self))?.type == type
    }
}
