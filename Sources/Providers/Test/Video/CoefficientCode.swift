/// Writes levels of a transform with the context-adaptive codes of ITU-T H.264 §9.2, as far as they are needed here.
enum CoefficientCode {
    /// Where the levels belong, which decides the code of their number.
    enum Place {
        /// The sixteen means of a macroblock's luma, whose neighbours hold this many levels on average.
        case luma(neighbours: Int)
        /// The four means of one chroma plane.
        case chroma
    }

    /// The largest amount of a level that Baseline can say.
    static let maximumLevel = 2047

    /// - Parameter levels: in the order of the scan, sixteen for luma and four for chroma.
    static func write(_ levels: [Int], at place: Place, to bits: inout BitWriter) {
        let filled = levels.indices.filter { levels[$0] != 0 }
        let ones = min(3, filled.reversed().prefix { abs(levels[$0]) == 1 }.count)
        writeCount(filled.count, ones: ones, at: place, to: &bits)
        guard let last = filled.last else { return }
        for index in filled.suffix(ones).reversed() { bits.write(levels[index] < 0) }
        writeLevels(filled.dropLast(ones).reversed().map { levels[$0] }, count: filled.count, ones: ones, to: &bits)
        let zeros = last + 1 - filled.count
        if filled.count < levels.count { write(zerosTable(place, count: filled.count)[zeros], to: &bits) }
        writeRuns(filled, zeros: zeros, to: &bits)
    }

    private static func writeCount(_ count: Int, ones: Int, at place: Place, to bits: inout BitWriter) {
        switch place {
        case .chroma: write(CoefficientTables.chromaCounts[count * 4 + ones], to: &bits)
        case .luma(let neighbours) where neighbours >= 8: bits.write(count == 0 ? 3 : (count - 1) << 2 | ones, bits: 6)
        case .luma(let neighbours):
            precondition(neighbours < 2, "neighbours hold sixteen levels or none")
            write(CoefficientTables.lumaCounts[count * 4 + ones], to: &bits)
        }
    }

    /// What is left after the trailing ones, highest frequency first (§9.2.2.1).
    private static func writeLevels(_ levels: [Int], count: Int, ones: Int, to bits: inout BitWriter) {
        var suffix = count > 10 && ones < 3 ? 1 : 0
        for (index, level) in levels.enumerated() {
            var code = level > 0 ? 2 * level - 2 : -2 * level - 1
            // After fewer than three ones, this one cannot be one.
            if index == 0, ones < 3 { code -= 2 }
            writeLevel(code, suffix: suffix, to: &bits)
            suffix = max(suffix, 1)
            if abs(level) > 3 << (suffix - 1), suffix < 6 { suffix += 1 }
        }
    }

    private static func writeLevel(_ code: Int, suffix: Int, to bits: inout BitWriter) {
        if suffix == 0, code >= 14, code < 30 {
            bits.write(1, bits: 15)
            bits.write(code - 14, bits: 4)
        } else if suffix == 0 ? code < 14 : code < 15 << suffix {
            bits.write(1, bits: code >> suffix + 1)
            bits.write(code, bits: suffix)
        } else {
            bits.write(1, bits: 16)
            bits.write(code - (suffix == 0 ? 30 : 15 << suffix), bits: 12)
        }
    }

    /// The zeros in front of each level but the first (§9.2.3).
    private static func writeRuns(_ filled: [Int], zeros: Int, to bits: inout BitWriter) {
        var left = zeros
        for index in filled.indices.dropFirst().reversed() where left > 0 {
            let run = filled[index] - filled[index - 1] - 1
            write(CoefficientTables.runs[min(left, 7) - 1][run], to: &bits)
            left -= run
        }
    }

    private static func zerosTable(_ place: Place, count: Int) -> [CoefficientTables.Code] {
        switch place {
        case .luma: CoefficientTables.lumaZeros[count - 1]
        case .chroma: CoefficientTables.chromaZeros[count - 1]
        }
    }

    private static func write(_ code: CoefficientTables.Code, to bits: inout BitWriter) {
        bits.write(code.value, bits: code.length)
    }
}
