import Testing

@testable import HTTP

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-0", ByteRange.range(0..<1)), ("bytes=0-99", .range(0..<100)), ("bytes=0-1000", .range(0..<100)),
        ("bytes=50-", .range(50..<100)),
        ("bytes=-1", .range(99..<100)), ("bytes=-1000", .range(0..<100)), ("BYTES=10-19", .range(10..<20)),
        ("bytes=, 10-19 ,", .range(10..<20)),
        ("bytes=99-99999999999999999999", .range(99..<100)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=1-0", .whole), ("bytes=0-1,5-6", .whole), ("items=0-1", .whole),
        ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=+1-2", .whole), ("bytes=1--2", .whole),
        ("bytes=0x1-2", .whole), ("bytes 0-1", .whole), ("", .whole), ("bytes=1 -2", .whole),
    ])
    func `ranges of a hundred bytes`(header: String, range: ByteRange) {
        #expect(ByteRange.parse(header, length: 100) == range)
    }

    @Test(arguments: ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"])
    func `nothing of nothing can be had`(header: String) {
        #expect(ByteRange.parse(header, length: 0) == .unsatisfiable)
    }

    @Test func `a range up to the largest number does not overflow`() {
        #expect(ByteRange.parse("bytes=0-9223372036854775807", length: .max) == .range(0..<Int.max))
    }
}
