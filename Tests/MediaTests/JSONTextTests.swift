import HTTP
import Testing

@testable import Media

@Suite struct JSONTextTests {
    @Test func `what a JSON string cannot hold is found, and nothing else`() {
        for byte in UInt8.min...UInt8.max {
            let isSpecial = byte < 0x20 || byte == 0x22 || byte == 0x5C
            let bytes = [UInt8](repeating: 0x80, count: 9) + [byte] + [UInt8](repeating: 0xFF, count: 9)
            #expect(plainEnd(of: bytes) == (isSpecial ? 9 : 19))
            #expect(plainEnd(of: [byte]) == (isSpecial ? 0 : 1))
        }
    }

    @Test func `ASCII is told from the rest, up to the first special byte`() {
        for place in 0..<20 {
            var bytes = [UInt8](repeating: 0x61, count: 20)
            #expect(isASCII(bytes))
            bytes[place] = 0xC3
            #expect(!isASCII(bytes))
            for special in 0..<20 where special != place {
                var ended = bytes
                ended[special] = 0x22
                #expect(isASCII(ended) == (special < place))
            }
        }
    }

    @Test func `strings of every length are written, with a special byte at every place`() throws {
        for length in 0..<40 {
            let plain = [UInt8](repeating: 0x61, count: length)
            #expect(written(plain) == "\"" + String(decoding: plain, as: UTF8.self) + "\"")
            for place in 0..<length {
                for special in [0x00, 0x0A, 0x1F, 0x22, 0x5C, 0x7F] as [UInt8] {
                    var bytes = plain
                    bytes[place] = special
                    let text = String(decoding: bytes, as: UTF8.self)
                    #expect(try JSONValue(parsing: written(bytes)) == .string(text))
                }
            }
        }
    }

    @Test func `commas and colons stand around names, escaped or not`() {
        for name in ["a", "longer than one word", "a\nb"] {
            let object: JSONObject = [name: 1, name + "2": [.string(name), .null]]
            let escaped = name.replacing("\n", with: "\\n")
            #expect(String(decoding: object.serialized(), as: UTF8.self) == #"{"\#(escaped)":1,"\#(escaped)2":["\#(escaped)",null]}"#)
        }
    }

    @Test(arguments: [1, 40, 3000])
    func `objects full of escapes are written whole`(count: Int) throws {
        let text = String(repeating: "\u{1}\"", count: count)
        let value: JSONValue = [text: .array([.string(text), .integer(.min), .number(0.1), [:], .null, true]), "plain": .string(text)]
        #expect(try JSONValue(parsing: value.serialized()) == value)
    }

    // Spans do not pass through the expectation macro.
    private func plainEnd(of bytes: [UInt8]) -> Int { JSONText.plain(in: bytes.span, from: 0).end }

    private func isASCII(_ bytes: [UInt8]) -> Bool { JSONText.plain(in: bytes.span, from: 0).isASCII }

    private func written(_ bytes: [UInt8]) -> String {
        var written: [UInt8] = []
        JSONValue.append(String(decoding: bytes, as: UTF8.self), to: &written)
        return String(decoding: written, as: UTF8.self)
    }
}
