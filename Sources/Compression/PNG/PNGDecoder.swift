/// Reads PNG files from anyone: all colour types and depths, interlaced or not; 16-bit samples keep their upper 8 bits.
package enum PNGDecoder {
    /// The picture in `file`. Memory is bounded by `maximumPixels * 12` bytes and the file itself.
    /// - Parameter maximumPixels: width times height; looked at before anything is decompressed.
    package static func decode(_ file: ArraySlice<UInt8>, maximumPixels: Int) throws(PNGError) -> PNGImage {
        let chunks = try PNGChunks(file, maximumPixels: maximumPixels)
        let header = chunks.header
        var raw = try inflate(chunks)
        var pixels = [UInt8](repeating: 0, count: header.width * header.height * 4)
        let expander = PNGExpander(chunks)
        var offset = 0
        for pass in header.passes {
            let rowBytes = header.rowBytes(width: pass.width)
            for y in 0..<pass.height {
                let above = y > 0 ? offset - rowBytes - 1 : nil
                try PNGUnfilter.undo(&raw, row: offset, above: above, count: rowBytes, bytesPerPixel: header.bytesPerPixel)
                let row = raw[offset + 1..<offset + 1 + rowBytes]
                let start = ((pass.y + y * pass.dy) * header.width + pass.x) * 4
                try expander.expand(row, count: pass.width, into: &pixels, at: start, step: pass.dx * 4)
                offset += rowBytes + 1
            }
        }
        return PNGImage(width: header.width, height: header.height, pixels: pixels)
    }

    private static func inflate(_ chunks: PNGChunks) throws(PNGError) -> [UInt8] {
        let expected = chunks.header.passes.reduce(0) { $0 + (chunks.header.rowBytes(width: $1.width) + 1) * $1.height }
        // A plain picture may well shrink a thousandfold: here the exact size is the limit.
        var inflater = Inflater(format: .zlib, maximumOutput: expected, maximumRatio: .max)
        var raw: [UInt8] = []
        raw.reserveCapacity(expected)
        do throws(CompressionError) {
            for piece in chunks.data { raw += try inflater.append(piece) }
            try inflater.finish()
        } catch {
            switch error {
            case .truncated: throw PNGError(.truncated, "the PNG's data is cut short")
            case .bomb, .corrupt: throw PNGError(.corrupt, "the PNG's data is damaged")
            }
        }
        guard raw.count == expected else { throw PNGError(.truncated, "the PNG's data is cut short") }
        return raw
    }
}
