import Testing

@testable import Media

@Suite struct JSONSerializingTests {
    private static let values: [(JSONValue, String)] = [
        (JSONValue.null, "null"), (true, "true"), (.integer(.min), "-9223372036854775808"), (0.1, "0.1"), (1e21, "1e+21"),
        (.number(.nan), "null"),
        (.number(-.infinity), "null"), ("", #""""#),
        ("a\"\\\n\r\t\u{8}\u{C}\u{1}\u{1F}\u{7F}/", #""a\"\\\n\r\t\b\f\u0001\u001f"# + "\u{7F}/\""),
        ("caf\u{E9} \u{1F600}", "\"caf\u{E9} \u{1F600}\""), ([], "[]"), ([1, [2], [:]], "[1,[2],{}]"), ([:], "{}"),
        (["b": 1, "a": nil], #"{"b":1,"a":null}"#),
        (["k\"": "v"], #"{"k\"":"v"}"#),
    ]

    @Test(arguments: values)
    func `values are written as short as can be`(value: JSONValue, text: String) {
        #expect(String(decoding: value.serialized(), as: UTF8.self) == text)
    }

    @Test(arguments: [0.1, 1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 123_456_789.123, 1e15, 1e16])
    func `numbers read back as they were`(number: Double) throws {
        let back = try JSONValue(parsing: JSONValue.number(number).serialized())
        #expect(back.double?.bitPattern == number.bitPattern)
    }

    @Test func `long strings are written and read back`() throws {
        let plain = String(repeating: "abcdefghij/+", count: 10_000)
        for text in [plain, plain + "\n" + plain + "\"", "\u{E9}" + plain] {
            #expect(try JSONValue(parsing: JSONValue.string(text).serialized()) == .string(text))
        }
    }

    @Test func `text is appended behind what is there`() {
        var bytes = Array("data: ".utf8)
        JSONValue.object(["a": 1]).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"data: {"a":1}"#)
    }
}
