import Testing

@testable import Compression

@Suite struct `Masks` {
    /// Three pixels: transparent, half transparent, opaque.
    private static let alpha = mask([9, 9, 9, 0, 9, 9, 9, 127, 9, 9, 9, 255])

    @Test func `what is transparent becomes white, with its shades`() throws {
        #expect(try greys(PNGMask.converted(Self.alpha, changed: .white)) == [255, 128, 0])
    }

    @Test func `what is transparent becomes black, without shades`() throws {
        #expect(try greys(PNGMask.converted(Self.alpha, changed: .black)) == [0, 0, 255])
    }

    @Test func `of a picture without transparency what is light is to be changed`() throws {
        let opaque = Self.mask([255, 255, 255, 255, 0, 0, 0, 255])
        #expect(try greys(PNGMask.converted(opaque, changed: .white)) == [255, 0])
        #expect(try greys(PNGMask.converted(opaque, changed: .black)) == [0, 255])
    }

    @Test func `what is no PNG is no mask`() {
        #expect(throws: PNGError.self) { try PNGMask.converted([0xFF, 0xD8, 0xFF], changed: .white) }
        #expect(throws: PNGError.self) { try PNGMask.converted(Array(Self.alpha.dropLast(20)), changed: .white) }
    }

    @Test func `an enormous picture is not unpacked`() throws {
        var file = Self.alpha
        // Width and height of IHDR: 60,000 each.
        file.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        #expect(throws: PNGError.self) { try PNGMask.converted(file, changed: .white) }
    }

    private static func mask(_ pixels: [UInt8]) -> [UInt8] {
        PNGEncoder.encode(PNGImage(width: pixels.count / 4, height: 1, pixels: pixels))
    }

    /// The shade of each pixel, all of which are opaque and grey.
    private func greys(_ file: [UInt8]) throws -> [UInt8] {
        let pixels = try PNGDecoder.decode(file[...], maximumPixels: 100).pixels
        return try stride(from: 0, to: pixels.count, by: 4).map { index in
            try #require(pixels[index + 3] == 255 && pixels[index] == pixels[index + 1] && pixels[index] == pixels[index + 2])
            return pixels[index]
        }
    }
}
