import Testing

@testable import Providers

struct TestVideoCodeTests {
    @Test(arguments: [
        (0, "1"), (1, "010"), (2, "011"), (3, "00100"), (7, "0001000"), (254, "000000011111111"),
    ])
    func `numbers become Exp-Golomb codes`(number: Int, code: String) {
        #expect(bits { $0.writeUnsigned(number) } == code)
    }

    @Test(arguments: [(0, "1"), (1, "010"), (-1, "011"), (2, "00100"), (-2, "00101")])
    func `signed numbers alternate`(number: Int, code: String) {
        #expect(bits { $0.writeSigned(number) } == code)
    }

    @Test func `bits are written highest first, across bytes`() {
        var writer = BitWriter()
        writer.write(0b101, bits: 3)
        writer.write(0xABCD_EF01, bits: 32)
        writer.finish()
        #expect(writer.bytes == [0b1011_0101, 0b0111_1001, 0b1011_1101, 0b1110_0000, 0b0011_0000])
    }

    @Test(
        arguments: [
            ([0, 0, 0], [0, 0, 3, 0]), ([0, 0, 1], [0, 0, 3, 1]), ([0, 0, 3], [0, 0, 3, 3]), ([0, 0, 4], [0, 0, 4]),
            ([0, 0, 0, 0, 0], [0, 0, 3, 0, 0, 3, 0]), ([1, 0, 2, 0], [1, 0, 2, 0]), ([], []),
        ] as [([UInt8], [UInt8])])
    func `nothing inside a unit looks like a start code`(payload: [UInt8], escaped: [UInt8]) {
        #expect(NALUnit.escape(payload) == escaped)
    }

    @Test func `no code begins another one of its table, and no table wastes one that it needs`() {
        let tables =
            [CoefficientTables.lumaCounts, CoefficientTables.chromaCounts] + CoefficientTables.lumaZeros + CoefficientTables.chromaZeros
            + CoefficientTables.runs
        for table in tables {
            let codes = table.filter { $0.length > 0 }
            #expect(codes.allSatisfy { $0.value < 1 << $0.length })
            for (index, code) in codes.enumerated() {
                for other in codes.dropFirst(index + 1) {
                    let length = min(code.length, other.length)
                    #expect(code.value >> (code.length - length) != other.value >> (other.length - length))
                }
            }
        }
        #expect(CoefficientTables.lumaCounts.filter { $0.length > 0 }.count == 62)
        #expect(CoefficientTables.lumaZeros.map(\.count) == Array((2...16).reversed()))
    }

    @Test(arguments: [
        ([0, 3, 0, 1, -1, -1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], "000010001110010111101101"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "1"),
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0101"),
    ])
    func `levels are coded by their context`(levels: [Int], code: String) {
        #expect(bits { CoefficientCode.write(levels, at: .luma(neighbours: 0), to: &$0) } == code)
    }

    @Test(arguments: [(0, "000011"), (1, "000000"), (2, "000100"), (16, "111100")])
    func `beside plain samples, the number of levels has six bits`(count: Int, head: String) {
        let levels = (0..<16).map { $0 < count ? 9 : 0 }
        #expect(bits { CoefficientCode.write(levels, at: .luma(neighbours: 16), to: &$0) }.hasPrefix(head))
    }

    /// What was written, without the bits that fill the last byte.
    private func bits(_ write: (inout BitWriter) -> Void) -> String {
        var writer = BitWriter()
        write(&writer)
        writer.finish()
        let text = writer.bytes.map { byte in
            let digits = String(byte, radix: 2)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
        let end = text.lastIndex(of: "1") ?? text.startIndex
        return String(text[..<end])
    }
}
