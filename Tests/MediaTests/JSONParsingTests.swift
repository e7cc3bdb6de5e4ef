import Testing

@testable import Media

@Suite struct JSONParsingTests {
    private static let values: [(String, JSONValue)] = [
        ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-7", -7), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", 1.5),
        ("1e2", .number(100)),
        ("1E+2", .number(100)), ("2.5e-1", 0.25), ("-0.0", .number(-0.0)), ("\"\"", ""), ("[]", []), ("{}", [:]),
        (" \t\r\n[ 1 , 2 ]\n ", [1, 2]),
        ("{ \"a\" : { \"b\" : [ null , {} ] } }", ["a": ["b": [nil, [:]]]]), ("{\"a\":1,\"b\":2,\"a\":3}", ["a": 3, "b": 2]),
        ("1e-400", .number(0)),
    ]

    @Test(arguments: values)
    func `values are read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
        #expect(try JSONValue(parsing: Array((" " + text).utf8)[1...]) == value)
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
        (#""\ud83d\ude00!""#, "\u{1F600}!"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
        (#""\ud83dA""#, "\u{FFFD}A"),
        (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\u{0}"), ("\"caf\u{E9} \u{1F600} \u{7F}\"", "caf\u{E9} \u{1F600} \u{7F}"),
    ])
    func `strings are read with their escapes`(text: String, string: String) throws {
        #expect(try JSONValue(parsing: text) == .string(string))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1", "1_000", "--1", "1e999",
        "-1e999", "[1,]",
        "[,1]", "[1 2]", "[", "]", "[1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:2}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "\"", "\"a", "\"\\",
        "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\\u\"", "\"a\nb\"", "\"\u{1}\"", "1 2", "{} {}", "[] x", "// c\n1", "\u{FEFF}1",
        "[1}", "{\"a\":1]", "\u{0}",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test(arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func `strings that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError(offset: 1, message: "a string is not UTF-8")) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E] + bytes + [0x22]) }
    }

    @Test func `errors tell the place`() {
        #expect(throws: JSONError(offset: 6, message: "a value cannot begin like this")) { try JSONValue(parsing: "[1, 2,]") }
    }

    @Test func `depth, size and number of values are limited`() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONValue(parsing: deep)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[\(deep)]") }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
        #expect(throws: JSONError(offset: 3, message: "the text is too large")) { try JSONValue(parsing: "[10]", maximumSize: 3) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[1,2,3]".utf8)[...], limits: .init(values: 3)) }
        #expect(try JSONValue(parsing: Array("[1,2]".utf8)[...], limits: .init(values: 3)) == [1, 2])
    }

    @Test func `every cut of a text is refused without harm`() throws {
        let text = Array(#"{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":false}}"#.utf8)
        _ = try JSONValue(parsing: text)
        for end in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text[..<end]) }
        }
    }

    @Test func `every changed byte is survived`() {
        let text = Array(#"{"a":[1,-2.5e3,true,"x\u00e9"],"b":{"c":"#.utf8) + [0x22, 0xC3, 0xA9, 0x22] + Array("}}".utf8)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                guard let value = try? JSONValue(parsing: changed) else { continue }
                #expect((try? JSONValue(parsing: value.serialized())) == value)
            }
        }
    }

    @Test func `objects with many and repeated keys are read in order`() throws {
        let text = "{" + (0..<5000).map { "\"k\($0 % 2500)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(try JSONValue(parsing: text).object)
        #expect(object.keys == (0..<2500).map { "k\($0)" })
        #expect(object["k0"] == 2500)
        #expect(object["k2499"] == 4999)
    }
}
