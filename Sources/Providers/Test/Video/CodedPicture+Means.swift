/// What a flat macroblock is told by: how far the means of its 4x4 blocks are from what its neighbours let expect.
struct MeanLevels {
    /// Sixteen, in the order of the scan.
    let luma: [Int]
    /// Four each.
    let blueness: [Int]
    let redness: [Int]

    var hasChroma: Bool { blueness.contains { $0 != 0 } || redness.contains { $0 != 0 } }

    /// Whether the codes of Baseline can say all of them.
    var canBeSaid: Bool { (luma + blueness + redness).allSatisfy { abs($0) <= CoefficientCode.maximumLevel } }
}

extension CodedPicture {
    /// - Parameter block: a flat macroblock of this picture; those on its left and above are final.
    func means(of block: Macroblock, column: Int, row: Int) -> MeanLevels {
        let expected = expectedLuma(column, row)
        let offsets = (0..<16).map { block.value(of: $0) - expected }
        let transformed = Self.transform(Self.transform(offsets))
        let blue = chroma(blueness, (16..<20).map(block.value), column, row)
        let red = chroma(redness, (20..<24).map(block.value), column, row)
        return MeanLevels(luma: Self.scan.map { transformed[$0] }, blueness: blue, redness: red)
    }

    /// From the corner of low frequencies to that of the high ones (ITU-T H.264 figure 8-8).
    private static let scan = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15]

    /// The rows' transform of ITU-T H.264 §8.5.10, and their transposition: twice is the whole, and sixteen times its own inverse.
    private static func transform(_ input: [Int]) -> [Int] {
        var output = [Int](repeating: 0, count: 16)
        for row in 0..<4 {
            let (a, b, c, d) = (input[row * 4], input[row * 4 + 1], input[row * 4 + 2], input[row * 4 + 3])
            output[row] = a + b + c + d
            output[4 + row] = a + b - c - d
            output[8 + row] = a - b - c + d
            output[12 + row] = a - b + c - d
        }
        return output
    }

    /// The mean of the samples above and on the left (ITU-T H.264 §8.3.3.3).
    private func expectedLuma(_ column: Int, _ row: Int) -> Int {
        let pitch = columns * 16
        let above = row > 0 ? Self.sum(luma, from: (row * 16 - 1) * pitch + column * 16, step: 1, count: 16) : nil
        let left = column > 0 ? Self.sum(luma, from: row * 16 * pitch + column * 16 - 1, step: pitch, count: 16) : nil
        return Self.mean(above, left, count: 16)
    }

    /// Four blocks, each with an expectation of its own (ITU-T H.264 §8.3.4), through the transform of 2x2.
    private func chroma(_ plane: [UInt8], _ values: [Int], _ column: Int, _ row: Int) -> [Int] {
        let pitch = columns * 8
        let offsets = (0..<4).map { block in
            let (x, y) = (block % 2 * 4, block / 2 * 4)
            var above = row > 0 ? Self.sum(plane, from: (row * 8 - 1) * pitch + column * 8 + x, step: 1, count: 4) : nil
            var left = column > 0 ? Self.sum(plane, from: (row * 8 + y) * pitch + column * 8 - 1, step: pitch, count: 4) : nil
            // The blocks beside the diagonal look at the nearer side alone, where it is there.
            if block == 1, above != nil { left = nil }
            if block == 2, left != nil { above = nil }
            return values[block] - Self.mean(above, left, count: 4)
        }
        let (a, b, c, d) = (offsets[0], offsets[1], offsets[2], offsets[3])
        return [a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d]
    }

    private static func sum(_ plane: [UInt8], from start: Int, step: Int, count: Int) -> Int {
        var sum = 0
        for index in 0..<count { sum += Int(plane[start + index * step]) }
        return sum
    }

    private static func mean(_ above: Int?, _ left: Int?, count: Int) -> Int {
        if let above, let left { return (above + left + count) / (2 * count) }
        guard let only = above ?? left else { return 128 }
        return (only + count / 2) / count
    }
}
