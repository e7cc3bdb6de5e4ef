/// Writes PNG files, for speed rather than for the last percent of size.
package enum PNGEncoder {
    /// A file of 8-bit RGB, or RGBA where any pixel is not opaque.
    /// - Parameters:
    ///   - texts: keyword and text of `tEXt` chunks; what is not Latin-1 becomes `?`, keywords are cut at 79 bytes.
    ///   - level: zlib's, 1 to 9.
    package static func encode(_ image: PNGImage, texts: KeyValuePairs<String, String> = [:], level: Int = 1) -> [UInt8] {
        let isOpaque = image.isOpaque
        var file = pngSignature
        appendChunk("IHDR", header(of: image, isOpaque: isOpaque), to: &file)
        for (keyword, text) in texts {
            appendChunk("tEXt", latin1(keyword, limit: 79) + [0] + latin1(text, limit: 1 << 16), to: &file)
        }
        appendChunk("IDAT", deflatedRows(of: image, isOpaque: isOpaque, level: level), to: &file)
        appendChunk("IEND", [], to: &file)
        return file
    }

    private static func header(of image: PNGImage, isOpaque: Bool) -> [UInt8] {
        bigEndian(image.width) + bigEndian(image.height) + [8, isOpaque ? 2 : 6, 0, 0, 0]
    }

    private static func deflatedRows(of image: PNGImage, isOpaque: Bool, level: Int) -> [UInt8] {
        var deflater = Deflater(format: .zlib, level: level)
        var filter = PNGRowFilter(bytesPerPixel: isOpaque ? 3 : 4, rowBytes: image.width * (isOpaque ? 3 : 4))
        var output: [UInt8] = []
        let stride = image.width * 4
        for y in 0..<image.height {
            let filtered = filter.filter(image.pixels[y * stride..<(y + 1) * stride])
            deflater.append(filtered, into: &output)
        }
        deflater.finish(into: &output)
        return output
    }

    /// PNG §5.3: length, type, data, checksum over type and data.
    private static func appendChunk(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        file.reserveCapacity(file.count + data.count + 12)
        file += bigEndian(data.count)
        let start = file.count
        file += type.utf8
        file += data
        file += bigEndian(Int(crc32(file[start...])))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// PNG §11.3.4: keywords and texts are Latin-1 without NUL.
    private static func latin1(_ text: String, limit: Int) -> [UInt8] {
        text.unicodeScalars.prefix(limit).map { (1...255).contains($0.value) ? UInt8($0.value) : UInt8(ascii: "?") }
    }
}

extension PNGImage {
    /// Whether no pixel lets anything through.
    package var isOpaque: Bool {
        pixels.withUnsafeBufferPointer { pixels in
            var all: UInt8 = 255
            for index in stride(from: 3, to: pixels.count, by: 4) { all &= pixels[index] }
            return all == 255
        }
    }
}
