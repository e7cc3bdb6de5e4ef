/// Makes H.264 pictures of three kinds of macroblock, each of which a decoder rebuilds bit by bit: unchanged ones are skipped, flat ones
/// are said by their means, all others stand there as plain samples.
struct H264Encoder {
    let parameters: H264Parameters
    /// What a decoder shows after the last encoded picture.
    private(set) var picture: CodedPicture
    private var frameNumber = 0
    private var keyCount = 0

    init(_ parameters: H264Parameters) {
        self.parameters = parameters
        picture = CodedPicture(columns: parameters.columns, rows: parameters.rows)
    }

    /// A picture that stands for itself.
    mutating func key(_ canvas: Canvas) -> [UInt8] {
        for row in 0..<picture.rows {
            for column in 0..<picture.columns { _ = update(column, row, from: canvas) }
        }
        var bits = BitWriter()
        frameNumber = 0
        writeHeader(isKey: true, to: &bits)
        var plain = [Bool](repeating: false, count: picture.flat.count)
        for block in plain.indices { write(block, isKey: true, plain: &plain, to: &bits) }
        keyCount += 1
        bits.finish()
        return NALUnit.bytes(.key, bits.bytes)
    }

    /// What has changed since the last picture.
    /// - Parameter boxes: pixels outside of them are as they were.
    mutating func change(_ canvas: Canvas, within boxes: [Box]) -> [UInt8] {
        var changed = [Bool](repeating: false, count: picture.flat.count)
        for block in blocks(touchedBy: boxes) {
            changed[block] = update(block % picture.columns, block / picture.columns, from: canvas)
        }
        var bits = BitWriter()
        frameNumber = (frameNumber + 1) % (1 << H264Parameters.frameNumberBits)
        writeHeader(isKey: false, to: &bits)
        var plain = [Bool](repeating: false, count: changed.count)
        var skipped = 0
        for block in changed.indices {
            guard changed[block] else {
                skipped += 1
                continue
            }
            bits.writeUnsigned(skipped)
            skipped = 0
            write(block, isKey: false, plain: &plain, to: &bits)
        }
        if skipped > 0 { bits.writeUnsigned(skipped) }
        bits.finish()
        return NALUnit.bytes(.change, bits.bytes)
    }

    private func blocks(touchedBy boxes: [Box]) -> Set<Int> {
        var blocks: Set<Int> = []
        for box in boxes where !box.isEmpty {
            let rows = max(0, box.y / 16)...max(0, box.y / 16, min(picture.rows - 1, (box.y + box.height - 1) / 16))
            let columns = max(0, box.x / 16)...max(0, box.x / 16, min(picture.columns - 1, (box.x + box.width - 1) / 16))
            for row in rows.clamped(to: 0...picture.rows - 1) {
                for column in columns.clamped(to: 0...picture.columns - 1) { blocks.insert(row * picture.columns + column) }
            }
        }
        return blocks
    }

    private mutating func update(_ column: Int, _ row: Int, from canvas: Canvas) -> Bool {
        picture.update(column: column, row: row, Macroblock(canvas.videoSamples(column: column, row: row)))
    }

    /// ITU-T H.264 §7.3.3: one slice for the whole picture, without the filter across the edges of blocks.
    private func writeHeader(isKey: Bool, to bits: inout BitWriter) {
        bits.writeUnsigned(0)
        bits.writeUnsigned(isKey ? 7 : 5)
        bits.writeUnsigned(0)
        bits.write(frameNumber, bits: H264Parameters.frameNumberBits)
        if isKey {
            // Two keys in a row have different numbers.
            bits.writeUnsigned(keyCount % 2)
            bits.write(0b00, bits: 2)
        } else {
            // One reference picture, the last one, which goes when the next comes.
            bits.write(0b000, bits: 3)
        }
        bits.writeSigned(0)
        bits.writeUnsigned(1)
    }

    private func write(_ block: Int, isKey: Bool, plain: inout [Bool], to bits: inout BitWriter) {
        let (column, row) = (block % picture.columns, block / picture.columns)
        let samples = picture.samples(column: column, row: row)
        // Intra kinds come after five others where macroblocks can also be predicted from the last picture.
        let base = isKey ? 0 : 5
        if picture.flat[block] {
            let levels = picture.means(of: Macroblock(samples), column: column, row: row)
            if levels.canBeSaid {
                let neighbours = plainNeighbours(column, row, plain)
                return Self.write(levels, base: base, neighbours: neighbours, to: &bits)
            }
        }
        plain[block] = true
        bits.writeUnsigned(base + 25)
        bits.align()
        bits.append(samples)
    }

    /// Intra 16x16 with the mean of the neighbours as its prediction (ITU-T H.264 §7.3.5, table 7-11).
    private static func write(_ levels: MeanLevels, base: Int, neighbours: Int, to bits: inout BitWriter) {
        bits.writeUnsigned(base + 3 + (levels.hasChroma ? 4 : 0))
        bits.writeUnsigned(0)
        bits.writeSigned(0)
        CoefficientCode.write(levels.luma, at: .luma(neighbours: neighbours), to: &bits)
        guard levels.hasChroma else { return }
        CoefficientCode.write(levels.blueness, at: .chroma, to: &bits)
        CoefficientCode.write(levels.redness, at: .chroma, to: &bits)
    }

    /// Plain samples count as sixteen levels, everything else here as none (ITU-T H.264 §9.2.1).
    private func plainNeighbours(_ column: Int, _ row: Int, _ plain: [Bool]) -> Int {
        let block = row * picture.columns + column
        let left = column > 0 ? (plain[block - 1] ? 16 : 0) : nil
        let above = row > 0 ? (plain[block - picture.columns] ? 16 : 0) : nil
        if let left, let above { return (left + above + 1) / 2 }
        return left ?? above ?? 0
    }
}
