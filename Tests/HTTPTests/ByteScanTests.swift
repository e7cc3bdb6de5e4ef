import Testing

@testable import HTTP

@Suite struct ByteScanTests {
    @Test func `every byte is found at every place`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var bytes = [UInt8](repeating: byte ^ 1, count: 20)
                bytes[place] = byte
                #expect(index(of: byte, in: bytes) == place)
                #expect(index(of: byte, in: bytes, from: place + 1) == nil)
            }
        }
    }

    @Test func `line breaks are found`() {
        #expect(lineBreak(in: Array("0123456789\r\n".utf8)) == 10)
        #expect(lineBreak(in: Array("0123456789\r\n".utf8), from: 11) == 11)
        #expect(lineBreak(in: []) == nil)
    }

    @Test func `what is no visible character is found at every place`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 20)
                bytes[place] = byte
                #expect(invisible(in: bytes) == (0x21...0x7E ~= byte ? nil : place))
            }
        }
    }

    @Test func `text with broken UTF-8 is repaired`() {
        #expect(repaired(Array("caf\u{E9}".utf8)) == "caf\u{E9}")
        #expect(repaired([0x61, 0xC3, 0x62]) == "a\u{FFFD}b")
    }

    // Spans do not pass through the expectation macro.
    private func index(of byte: UInt8, in bytes: [UInt8], from start: Int = 0) -> Int? {
        ByteScan.firstIndex(of: byte, in: bytes.span, from: start)
    }

    private func lineBreak(in bytes: [UInt8], from start: Int = 0) -> Int? { ByteScan.firstLineBreak(in: bytes.span, from: start) }

    private func invisible(in bytes: [UInt8]) -> Int? { ByteScan.firstInvisible(in: bytes.span, from: 0) }

    private func repaired(_ bytes: [UInt8]) -> String { String(repairing: bytes.span) }
}
