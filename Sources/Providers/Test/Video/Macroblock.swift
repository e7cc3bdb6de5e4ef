/// 16x16 pixels as they are coded: 256 samples of luma, then 64 of each chroma plane.
struct Macroblock {
    private(set) var samples: [UInt8]
    /// Every 4x4 block of every plane is one value: the macroblock is said by means alone.
    private(set) var isFlat: Bool

    static let sampleCount = 384
    /// Most that the samples of a luma block differ when it becomes flat.
    private static let lumaTolerance = 5
    /// The same for chroma, which the eye sees less of.
    private static let chromaTolerance = 8

    /// - Parameter samples: 384 of them. They change where all blocks are nearly flat; else they stay as they are.
    init(_ samples: [UInt8]) {
        self.samples = samples
        isFlat = true
        var means: [UInt8] = []
        means.reserveCapacity(24)
        for block in 0..<24 {
            guard let mean = Self.mean(of: block, in: samples) else {
                isFlat = false
                return
            }
            means.append(mean)
        }
        for block in 0..<24 { fill(block, means[block]) }
    }

    /// The value of a flat block: 0 to 15 luma, 16 to 19 and 20 to 23 chroma, each row by row.
    func value(of block: Int) -> Int { Int(samples[Self.place(of: block).start]) }

    /// nil: the block is not nearly flat.
    private static func mean(of block: Int, in samples: [UInt8]) -> UInt8? {
        let (start, pitch) = place(of: block)
        var (sum, low, high) = (0, 255, 0)
        for y in 0..<4 {
            for index in start + y * pitch..<start + y * pitch + 4 {
                let sample = Int(samples[index])
                sum += sample
                low = min(low, sample)
                high = max(high, sample)
            }
        }
        guard high - low <= (block < 16 ? lumaTolerance : chromaTolerance) else { return nil }
        return UInt8((sum + 8) / 16)
    }

    private mutating func fill(_ block: Int, _ value: UInt8) {
        let (start, pitch) = Self.place(of: block)
        for y in 0..<4 {
            for index in start + y * pitch..<start + y * pitch + 4 { samples[index] = value }
        }
    }

    private static func place(of block: Int) -> (start: Int, pitch: Int) {
        guard block >= 16 else { return (block / 4 * 64 + block % 4 * 4, 16) }
        let inside = (block - 16) % 4
        return (256 + (block - 16) / 4 * 64 + inside / 2 * 32 + inside % 2 * 4, 8)
    }
}
