/// Turns unfiltered PNG rows of any colour type and depth into RGBA.
struct PNGExpander {
    private let header: PNGHeader
    /// RGBA per palette entry.
    private let palette: [UInt8]
    /// Samples, at full depth, of the one colour that is transparent; nil: none.
    private let key: [Int]?

    init(_ chunks: PNGChunks) {
        header = chunks.header
        let transparency = chunks.transparency
        var palette: [UInt8] = []
        for entry in 0..<chunks.palette.count / 3 {
            palette += chunks.palette[entry * 3..<entry * 3 + 3]
            palette.append(entry < transparency.count ? transparency[entry] : 255)
        }
        self.palette = palette
        let isKey = chunks.header.colour != .palette && !transparency.isEmpty
        key = isKey ? stride(from: 0, to: transparency.count, by: 2).map { Int(transparency[$0]) << 8 | Int(transparency[$0 + 1]) } : nil
    }

    /// Writes `count` pixels into `pixels`, from `start` on and `step` bytes apart.
    func expand(_ row: ArraySlice<UInt8>, count: Int, into pixels: inout [UInt8], at start: Int, step: Int) throws(PNGError) {
        if header.depth == 8, key == nil, header.colour != .palette {
            copy(row, count: count, into: &pixels, at: start, step: step)
            return
        }
        for index in 0..<count {
            guard let colour = colour(of: index, in: row) else { throw PNGError(.corrupt, "the PNG uses a colour that its palette lacks") }
            let target = start + index * step
            pixels[target] = colour.0
            pixels[target + 1] = colour.1
            pixels[target + 2] = colour.2
            pixels[target + 3] = colour.3
        }
    }

    /// The usual case, without looking at single samples.
    private func copy(_ row: ArraySlice<UInt8>, count: Int, into pixels: inout [UInt8], at start: Int, step: Int) {
        let channels = header.colour.channels
        let colours = channels >= 3 ? (1, 2) : (0, 0)
        let hasAlpha = channels % 2 == 0
        pixels.withUnsafeMutableBufferPointer { pixels in
            row.withUnsafeBufferPointer { row in
                for index in 0..<count {
                    let source = index * channels, target = start + index * step
                    pixels[target] = row[source]
                    pixels[target + 1] = row[source + colours.0]
                    pixels[target + 2] = row[source + colours.1]
                    pixels[target + 3] = hasAlpha ? row[source + channels - 1] : 255
                }
            }
        }
    }

    private func colour(of index: Int, in row: ArraySlice<UInt8>) -> (UInt8, UInt8, UInt8, UInt8)? {
        let position = index * header.colour.channels
        let first = sample(position, in: row)
        switch header.colour {
        case .grey:
            return (byte(first), byte(first), byte(first), key?.first == first ? 0 : 255)
        case .greyAlpha:
            return (byte(first), byte(first), byte(first), byte(sample(position + 1, in: row)))
        case .rgb, .rgba:
            let (green, blue) = (sample(position + 1, in: row), sample(position + 2, in: row))
            let isKey = key.map { $0[0] == first && $0[1] == green && $0[2] == blue } ?? false
            let alpha = header.colour == .rgba ? byte(sample(position + 3, in: row)) : isKey ? 0 : 255
            return (byte(first), byte(green), byte(blue), alpha)
        case .palette:
            guard first * 4 < palette.count else { return nil }
            return (palette[first * 4], palette[first * 4 + 1], palette[first * 4 + 2], palette[first * 4 + 3])
        }
    }

    private func sample(_ index: Int, in row: ArraySlice<UInt8>) -> Int {
        let bit = index * header.depth
        let byte = row.startIndex + bit / 8
        switch header.depth {
        case 8: return Int(row[byte])
        case 16: return Int(row[byte]) << 8 | Int(row[byte + 1])
        default: return Int(row[byte]) >> (8 - header.depth - bit % 8) & (1 << header.depth - 1)
        }
    }

    /// A sample at 8 bits (PNG §13.12).
    private func byte(_ sample: Int) -> UInt8 {
        header.depth == 16 ? UInt8(sample >> 8) : UInt8(sample * 255 / (1 << header.depth - 1))
    }
}
