/// What a decoder must know before the first picture. Constrained Baseline, one reference picture, BT.709 in limited range.
struct H264Parameters {
    /// Pixels, even.
    let width: Int
    let height: Int
    let framesPerSecond: Int

    /// Bits of the picture counter.
    static let frameNumberBits = 8
    /// Luma step of one sixteenth of what a whole 4x4 block is shifted by: its mean is coded exactly.
    static let lumaQuantizer = 4
    /// The same for chroma, whose transform of means is one of 2x2.
    static let chromaQuantizer = 10
    /// Baseline, and the constraints of Constrained Baseline (ITU-T H.264 §A.2.1.1).
    static let profile = 66, constraints = 0xC0

    /// Macroblocks.
    var columns: Int { (width + 15) / 16 }
    var rows: Int { (height + 15) / 16 }

    /// Ten times the lowest level that has room for picture size, sides and rate (ITU-T H.264 table A-1).
    var level: Int {
        let size = columns * rows
        let levels = [(30, 40_500, 1620), (31, 108_000, 3600), (32, 216_000, 5120), (40, 245_760, 8192)]
        let fitting = levels.first { _, rate, largest in
            size <= largest && size * framesPerSecond <= rate && max(columns, rows) * max(columns, rows) <= 8 * largest
        }
        return fitting?.0 ?? 51
    }

    /// ITU-T H.264 §7.3.2.1.
    var sequence: [UInt8] {
        var bits = BitWriter()
        bits.write(Self.profile, bits: 8)
        bits.write(Self.constraints, bits: 8)
        bits.write(level, bits: 8)
        bits.writeUnsigned(0)
        bits.writeUnsigned(Self.frameNumberBits - 4)
        // Pictures are shown in the order in which they come.
        bits.writeUnsigned(2)
        bits.writeUnsigned(1)
        bits.write(false)
        bits.writeUnsigned(columns - 1)
        bits.writeUnsigned(rows - 1)
        // Frames only, 8x8 inference.
        bits.write(0b11, bits: 2)
        writeCropping(to: &bits)
        bits.write(true)
        writeUsability(to: &bits)
        bits.finish()
        return NALUnit.bytes(.sequenceParameters, bits.bytes)
    }

    /// ITU-T H.264 §7.3.2.2.
    var picture: [UInt8] {
        var bits = BitWriter()
        bits.writeUnsigned(0)
        bits.writeUnsigned(0)
        // CAVLC, no field order.
        bits.write(0b00, bits: 2)
        // One slice group, one reference picture.
        for _ in 0..<3 { bits.writeUnsigned(0) }
        // No weighted prediction.
        bits.write(0b000, bits: 3)
        bits.writeSigned(Self.lumaQuantizer - 26)
        bits.writeSigned(0)
        bits.writeSigned(Self.chromaQuantizer - Self.lumaQuantizer)
        // Slices tell about deblocking; intra prediction may look at anything; no redundant pictures.
        bits.write(0b100, bits: 3)
        bits.finish()
        return NALUnit.bytes(.pictureParameters, bits.bytes)
    }

    private func writeCropping(to bits: inout BitWriter) {
        let (right, bottom) = (columns * 16 - width, rows * 16 - height)
        bits.write(right + bottom > 0)
        guard right + bottom > 0 else { return }
        for edge in [0, right / 2, 0, bottom / 2] { bits.writeUnsigned(edge) }
    }

    /// Colours, rate, and that no picture waits for another (ITU-T H.264 §E.1.1).
    private func writeUsability(to bits: inout BitWriter) {
        // Aspect ratio: square. Overscan: not told. Signal type with a description of the colours: any format, limited range, BT.709.
        bits.write(0b1, bits: 1)
        bits.write(1, bits: 8)
        bits.write(0b0_1_101_0_1, bits: 7)
        for _ in 0..<3 { bits.write(1, bits: 8) }
        bits.write(false)
        bits.write(true)
        bits.write(1, bits: 32)
        bits.write(2 * framesPerSecond, bits: 32)
        bits.write(true)
        // No reference decoder parameters, no picture structure; the restrictions of the stream are told.
        bits.write(0b0001, bits: 4)
        bits.write(true)
        for value in [0, 0, 15, 15, 0, 1] { bits.writeUnsigned(value) }
    }
}
