import Media

/// Width and height as an image's header tells them, for encodings that are not decoded here.
enum ImageHeader {
    /// Pixels; nil where the header is damaged or the type has none.
    static func size(of bytes: [UInt8], type: MediaType) -> (width: Int, height: Int)? {
        let size: (width: Int, height: Int)? =
            switch type {
            case .jpeg: jpeg(bytes)
            case .gif: bytes.count >= 10 ? (little(bytes, 6, 2), little(bytes, 8, 2)) : nil
            case .webp: webp(bytes)
            case .png, .mp4, .webm, .unknown: nil
            }
        return size.flatMap { $0.width > 0 && $0.height > 0 ? $0 : nil }
    }

    /// Walks the segments to the first frame header (ITU-T T.81 §B.2.2).
    private static func jpeg(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        var offset = 2
        while offset + 9 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if marker == 0xFF {
                offset += 1
                continue
            }
            let isFrame = (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
            if isFrame { return (big(bytes, offset + 7), big(bytes, offset + 5)) }
            let hasLength = marker != 0x01 && !(0xD0...0xD9).contains(marker)
            offset += 2 + (hasLength ? max(2, big(bytes, offset + 2)) : 0)
        }
        return nil
    }

    /// Lossy, lossless and extended headers (RFC 9649 §2.5 to §2.7).
    private static func webp(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        guard bytes.count >= 30 else { return nil }
        switch Array(bytes[12..<16]) {
        case Array("VP8 ".utf8): return (little(bytes, 26, 2) & 0x3FFF, little(bytes, 28, 2) & 0x3FFF)
        case Array("VP8L".utf8):
            let packed = little(bytes, 21, 4)
            return (packed & 0x3FFF + 1, packed >> 14 & 0x3FFF + 1)
        case Array("VP8X".utf8): return (little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1)
        case _: return nil
        }
    }

    private static func big(_ bytes: [UInt8], _ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }

    private static func little(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
