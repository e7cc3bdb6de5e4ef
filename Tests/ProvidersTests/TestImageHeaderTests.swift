import Media
import Testing

@testable import Providers

struct TestImageHeaderTests {
    private static let webpHead = Array("RIFF....WEBP".utf8)

    @Test func `a JPEG tells its size in its frame header, wherever that is`() {
        let segment: [UInt8] = [0xFF, 0xE0, 0, 4, 1, 2, 0xFF]
        let frame: [UInt8] = [0xFF, 0xC2, 0, 17, 8, 0x01, 0x00, 0x02, 0x80, 3, 0]
        #expect(size([0xFF, 0xD8] + segment + frame, .jpeg) == [640, 256])
        #expect(size([0xFF, 0xD8] + segment + frame.prefix(5), .jpeg) == nil)
        #expect(size([0xFF, 0xD8], .jpeg) == nil)
        #expect(size([0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 100), .jpeg) == nil)
    }

    @Test func `a GIF tells its size behind its name`() {
        #expect(size(Array("GIF89a".utf8) + [0x40, 0x01, 0xF0, 0x00], .gif) == [320, 240])
        #expect(size(Array("GIF89a".utf8), .gif) == nil)
    }

    @Test func `a WebP tells its size in each of its three forms`() {
        let lossy: [UInt8] = Array("VP8 ".utf8) + [UInt8](repeating: 0, count: 10) + [0x40, 0x01, 0xF0, 0x00]
        let lossless: [UInt8] = Array("VP8L".utf8) + [9, 0, 0, 0, 0x2F, 0x3F, 0xC1, 0x3B, 0x00, 0, 0, 0, 0, 0]
        let extended: [UInt8] = Array("VP8X".utf8) + [UInt8](repeating: 0, count: 8) + [0x3F, 1, 0, 0xEF, 0, 0]
        #expect(size(Self.webpHead + lossy, .webp) == [320, 240])
        #expect(size(Self.webpHead + lossless, .webp) == [320, 240])
        #expect(size(Self.webpHead + extended, .webp) == [320, 240])
        #expect(size(Self.webpHead + Array("VP9 ".utf8) + [UInt8](repeating: 1, count: 20), .webp) == nil)
        #expect(size(Self.webpHead, .webp) == nil)
    }

    private func size(_ bytes: [UInt8], _ type: MediaType) -> [Int]? {
        ImageHeader.size(of: bytes, type: type).map { [$0.width, $0.height] }
    }
}
