import Testing

@testable import Compression

struct PNGTests {
    @Test(arguments: PNGFixture.all)
    func `every colour type, depth, filter and interlacing is read`(fixture: PNGFixture) throws {
        let image = try PNGDecoder.decode(fixture.file[...], maximumPixels: 99)
        #expect(image.width == 11 && image.height == 9)
        #expect(crc32(image.pixels[...]) == fixture.checksum)
    }

    @Test(arguments: [false, true], [1, 2, 7, 64])
    func `what is encoded is decoded`(isOpaque: Bool, width: Int) throws {
        let image = picture(width: width, height: 13, isOpaque: isOpaque)
        let file = PNGEncoder.encode(image)
        #expect(try PNGDecoder.decode(file[...], maximumPixels: width * 13) == image)
        #expect(image.isOpaque == isOpaque)
        #expect(file[25] == (isOpaque ? 2 : 6), "colour type")
    }

    @Test func `texts are written as Latin-1 chunks`() throws {
        let file = PNGEncoder.encode(picture(width: 2, height: 2, isOpaque: true), texts: ["Software": "Zoetrope é ✓"])
        let wanted = Array("tEXtSoftware".utf8) + [0] + Array("Zoetrope ".utf8) + [0xE9, 0x20, 0x3F]
        #expect(file.indices.contains { file[$0...].starts(with: wanted) })
        #expect(throws: Never.self) { try PNGDecoder.decode(file[...], maximumPixels: 4) }
    }

    @Test func `a picture with too many pixels is refused before it is unpacked`() {
        let file = PNGEncoder.encode(picture(width: 64, height: 64, isOpaque: true))
        #expect(kind(of: file, maximumPixels: 64 * 64 - 1) == .tooLarge)
        var huge = file
        huge.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        repair(&huge, chunkAt: 8)
        #expect(kind(of: huge) == .tooLarge)
    }

    @Test func `a file cut anywhere is refused`() {
        let file = PNGEncoder.encode(picture(width: 9, height: 5, isOpaque: false))
        for count in 0..<file.count {
            let found = kind(of: Array(file.prefix(count)))
            #expect(found == (count < 8 ? .notPNG : .truncated))
        }
    }

    @Test func `a changed byte anywhere is refused or changes nothing`() {
        let file = PNGEncoder.encode(picture(width: 9, height: 5, isOpaque: false))
        for index in file.indices {
            var changed = file
            changed[index] ^= 0x5A
            #expect(kind(of: changed) != nil, "byte \(index)")
        }
    }

    @Test(arguments: [
        (24, 3, "depth 3"), (25, 5, "colour type 5"), (26, 1, "compression 1"), (27, 1, "filter method 1"), (28, 2, "interlacing 2"),
        (19, 0, "width 0"), (23, 0, "height 0"), (25, 3, "a palette picture without a palette"),
        (23, 200, "more rows than the data has"), (23, 1, "fewer rows than the data has"),
    ])
    func `a header with impossible values is refused`(offset: Int, value: UInt8, meaning: String) {
        var file = PNGEncoder.encode(picture(width: 9, height: 5, isOpaque: false))
        file[offset] = value
        repair(&file, chunkAt: 8)
        #expect(kind(of: file) != nil, "\(meaning)")
    }

    @Test func `data far beyond the size in the header is not unpacked`() {
        var deflater = Deflater(format: .zlib, level: 9)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var data: [UInt8] = []
        for _ in 0..<16 { deflater.append(zeros[...], into: &data) }
        deflater.finish(into: &data)
        var file = pngSignature + Array(PNGEncoder.encode(picture(width: 4, height: 4, isOpaque: true))[8..<33])
        file += chunk("IDAT", data) + chunk("IEND", [])
        #expect(kind(of: file) == .corrupt)
    }

    @Test func `unknown chunks are skipped when they are ancillary and refused when critical`() {
        let file = PNGEncoder.encode(picture(width: 4, height: 4, isOpaque: true))
        #expect(kind(of: Array(file[..<33]) + chunk("abCd", [1, 2, 3]) + Array(file[33...])) == nil)
        #expect(kind(of: Array(file[..<33]) + chunk("ABCD", [1, 2, 3]) + Array(file[33...])) == .corrupt)
    }

    private func kind(of file: [UInt8], maximumPixels: Int = 1 << 20) -> PNGError.Kind? {
        do throws(PNGError) {
            _ = try PNGDecoder.decode(file[...], maximumPixels: maximumPixels)
            return nil
        } catch {
            return error.kind
        }
    }

    private func picture(width: Int, height: Int, isOpaque: Bool) -> PNGImage {
        let pixels = (0..<width * height * 4).map { $0 % 4 == 3 && isOpaque ? 255 : UInt8(truncatingIfNeeded: $0 * $0 / 7 &+ $0) }
        return PNGImage(width: width, height: height, pixels: pixels)
    }

    private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        var chunk = number(UInt32(data.count)) + Array(type.utf8) + data + [0, 0, 0, 0]
        repair(&chunk, chunkAt: 0)
        return chunk
    }

    /// Makes the checksum of the chunk right again.
    private func repair(_ file: inout [UInt8], chunkAt start: Int) {
        let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = start + 8 + length
        file.replaceSubrange(end..<end + 4, with: number(crc32(file[start + 4..<end])))
    }

    private func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
