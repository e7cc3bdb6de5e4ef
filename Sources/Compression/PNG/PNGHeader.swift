/// The IHDR chunk (PNG §11.2.1).
struct PNGHeader {
    enum ColourType: UInt8 {
        case grey = 0, rgb = 2, palette = 3, greyAlpha = 4, rgba = 6

        /// Samples per pixel.
        var channels: Int {
            switch self {
            case .grey, .palette: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        var depths: Set<Int> {
            switch self {
            case .grey: [1, 2, 4, 8, 16]
            case .palette: [1, 2, 4, 8]
            case .rgb, .greyAlpha, .rgba: [8, 16]
            }
        }
    }

    let width: Int
    let height: Int
    /// Bits per sample.
    let depth: Int
    let colour: ColourType
    let isInterlaced: Bool

    init(_ data: ArraySlice<UInt8>, maximumPixels: Int) throws(PNGError) {
        guard data.count == 13 else { throw PNGError(.corrupt, "the PNG header has a wrong length") }
        let bytes = Array(data)
        width = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        height = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        depth = Int(bytes[8])
        guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else {
            throw PNGError(.corrupt, "the PNG has an impossible size")
        }
        guard let colour = ColourType(rawValue: bytes[9]), colour.depths.contains(depth), bytes[10] == 0, bytes[11] == 0, bytes[12] <= 1
        else { throw PNGError(.corrupt, "the PNG header has values that the format does not know") }
        guard height <= maximumPixels / width else { throw PNGError(.tooLarge, "the PNG has more than \(maximumPixels) pixels") }
        self.colour = colour
        isInterlaced = bytes[12] == 1
    }

    /// For filters: at least 1.
    var bytesPerPixel: Int { max(1, colour.channels * depth / 8) }

    /// Bytes of a row without its filter type.
    func rowBytes(width: Int) -> Int { (width * colour.channels * depth + 7) / 8 }

    /// The partial pictures that follow one another in the data: one, or the seven of Adam7 (PNG §8.2).
    var passes: [PNGPass] {
        let all =
            isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] : [(0, 0, 1, 1)]
        return all.map { x, y, dx, dy in
            PNGPass(
                x: x, y: y, dx: dx, dy: dy, width: (width - x + dx - 1) / dx, height: (height - y + dy - 1) / dy)
        }.filter { $0.width > 0 && $0.height > 0 }
    }
}

/// Every `dx`th pixel of every `dy`th row, from (`x`, `y`) on.
struct PNGPass {
    var x: Int
    var y: Int
    var dx: Int
    var dy: Int
    var width: Int
    var height: Int
}
