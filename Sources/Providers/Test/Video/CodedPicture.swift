/// The picture that a decoder has: planes of luma and chroma in whole macroblocks, 4:2:0.
struct CodedPicture {
    let columns: Int
    let rows: Int
    /// Row by row, `columns * 16` in each.
    private(set) var luma: [UInt8]
    /// Row by row, `columns * 8` in each.
    private(set) var blueness: [UInt8]
    private(set) var redness: [UInt8]
    /// By macroblock, row by row.
    private(set) var flat: [Bool]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        luma = [UInt8](repeating: 0, count: columns * rows * 256)
        blueness = [UInt8](repeating: 0, count: columns * rows * 64)
        redness = blueness
        flat = [Bool](repeating: false, count: columns * rows)
    }

    /// Puts a macroblock in its place.
    /// - Returns: whether it differs from what was there.
    mutating func update(column: Int, row: Int, _ block: Macroblock) -> Bool {
        flat[row * columns + column] = block.isFlat
        let lumaChanged = Self.write(block.samples, 0, side: 16, into: &luma, pitch: columns * 16, column, row)
        let blueChanged = Self.write(block.samples, 256, side: 8, into: &blueness, pitch: columns * 8, column, row)
        let redChanged = Self.write(block.samples, 320, side: 8, into: &redness, pitch: columns * 8, column, row)
        return lumaChanged || blueChanged || redChanged
    }

    /// The 384 samples of a macroblock, as they are coded plainly.
    func samples(column: Int, row: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(Macroblock.sampleCount)
        for y in 0..<16 {
            let start = ((row * 16 + y) * columns + column) * 16
            output += luma[start..<start + 16]
        }
        for plane in [blueness, redness] {
            for y in 0..<8 {
                let start = ((row * 8 + y) * columns + column) * 8
                output += plane[start..<start + 8]
            }
        }
        return output
    }

    private static func write(
        _ samples: [UInt8], _ offset: Int, side: Int, into plane: inout [UInt8], pitch: Int, _ column: Int, _ row: Int
    ) -> Bool {
        var span = plane.mutableSpan
        var changed = false
        for y in 0..<side {
            let start = (row * side + y) * pitch + column * side
            for x in 0..<side {
                let sample = samples[offset + y * side + x]
                if span[start + x] != sample {
                    span[start + x] = sample
                    changed = true
                }
            }
        }
        return changed
    }
}
