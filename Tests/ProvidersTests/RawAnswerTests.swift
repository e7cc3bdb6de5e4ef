import HTTP
import Media
import Testing

@testable import Providers

@Suite struct RawAnswerTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let clip: [UInt8] = [0, 0, 0, 24] + Array("ftypisom".utf8)
    private static let movie: [UInt8] = [0, 0, 0, 24] + Array("ftypqt  ".utf8)

    private func response(_ body: [UInt8], _ type: String?) -> UpstreamResponse {
        var fields = HTTPFields()
        if let type { fields.set(.contentType, type) }
        return UpstreamResponse(status: 200, fields: fields, body: body)
    }

    @Test(arguments: [nil, "video/mp4", "application/json"])
    func `bytes that are known tell what they are, whatever is said of them`(type: String?) {
        #expect(response(Self.png, type).holdsImage && !response(Self.png, type).holdsVideo)
        #expect(response(Self.clip, type).holdsVideo && !response(Self.clip, type).holdsImage)
    }

    @Test func `bytes that nobody knows are what the server says`() {
        #expect(response(Self.movie, "video/quicktime").holdsVideo)
        #expect(response(Array("<svg/>".utf8), "image/svg+xml").holdsImage)
        for type in [nil, "application/json", "text/html", "video", "image/svg+xml"] { #expect(!response(Self.movie, type).holdsVideo) }
        #expect(!response([], "video/mp4").holdsVideo)
    }
}
