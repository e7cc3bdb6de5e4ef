import Testing

@testable import HTTP

struct HTTP1BytesTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private func set(_ isIn: (UInt8) -> Bool) -> Set<UInt8> {
        Set((UInt8.min...UInt8.max).filter(isIn))
    }

    @Test func `the sets are those of the grammar`() {
        #expect(set(HTTP1Bytes.isToken) == Set("!#$%&'*+-.^_`|~\(Self.letters)".utf8))
        #expect(set(HTTP1Bytes.isPath) == Set("-._~!$&'()*+,;=:@/%\(Self.letters)".utf8))
        #expect(set(HTTP1Bytes.isQuery) == Set("-._~!$&'()*+,;=:@/%?[]^`{|}\(Self.letters)".utf8))
        #expect(set(HTTP1Bytes.isHostName) == Set("-._~\(Self.letters)".utf8))
        #expect(set(HTTP1Bytes.isControl) == Set(0..<32).subtracting([9]).union([127]))
        #expect(set(HTTP1Bytes.isDigit) == Set("0123456789".utf8))
        #expect(set { HTTP1Bytes.hexValue($0) != nil } == Set("0123456789abcdefABCDEF".utf8))
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a control byte is found at every offset of a word, and nothing else is`(byte: UInt8) {
        for offset in 0..<20 {
            var bytes = [UInt8](repeating: 0xFF, count: 24)
            bytes[offset] = byte
            var scanner = HTTP1LineScanner()
            let isControl = if case .control = scanner.next(in: bytes.span, limit: 100) { true } else { false }
            #expect(isControl == (byte < 32 && byte != 9 || byte == 127))
        }
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `a token ends at the first byte that is none, at every offset of a word`(byte: UInt8) {
        for offset in 0..<20 {
            var bytes = Array("aZ9-bY8-cX7-dW6-eV5-fU4-".utf8)
            bytes[offset] = byte
            let end = HTTP1Bytes.isToken(byte) ? 22 : offset
            #expect(HTTP1Bytes.endOfToken(0..<22, of: bytes.span) == end)
        }
    }
}
