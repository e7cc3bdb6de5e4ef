import Testing

@testable import HTTP

struct HTTPFieldsTests {
    @Test func `names compare without regard to case`() {
        let fields: HTTPFields = ["Content-Type": "a", "X-Y": "b"]
        #expect(fields["CONTENT-TYPE"] == "a")
        #expect(fields[.contentType] == "a")
        #expect(fields["x-y"] == "b")
        #expect(fields["x-z"] == nil)
        #expect(HTTPFieldName("X-Request-ID") == .requestID)
    }

    @Test func `lines keep their order and repetition`() {
        var fields: HTTPFields = ["a": "1", "b": "2"]
        fields.append("A", "3")
        #expect(fields.count == 3)
        #expect(fields["a"] == "1")
        #expect(fields.values(of: "a") == ["1", "3"])
        #expect(String(decoding: fields.wireBytes, as: UTF8.self) == "a: 1\r\nb: 2\r\na: 3\r\n")
    }

    @Test func `setting leaves one line, removing none`() {
        var fields: HTTPFields = ["a": "1", "b": "2", "A": "3", "c": "4"]
        fields.set("a", "5")
        #expect(fields == ["b": "2", "c": "4", "a": "5"])
        fields.remove("C")
        fields.remove("absent")
        #expect(fields == ["b": "2", "a": "5"])
        #expect(String(decoding: fields.wireBytes, as: UTF8.self) == "b: 2\r\na: 5\r\n")
        fields.append(contentsOf: ["z": "9"])
        #expect(fields["z"] == "9")
    }

    @Test(arguments: [
        ("a\r\nx: y", "a  x: y"), ("a\nb", "a b"), ("a\rb", "a b"), ("a\0b", "a b"), ("a\u{7f}b", "a b"), ("a\tb", "a\tb"), ("  a \t", "a"),
        ("\r\n", ""), ("", ""), ("é", "é"),
    ])
    func `no value can start a line of its own`(value: String, kept: String) {
        var fields = HTTPFields()
        fields.append("n", value)
        #expect(fields["n"] == kept)
        #expect(fields.wireBytes.count { $0 == 10 } == 1)
    }

    @Test(arguments: ["a\r\nb", "a: b", "", " ", "é"])
    func `no name can break its line`(name: String) {
        var fields = HTTPFields()
        fields.append(HTTPFieldName(name), "1")
        #expect(fields.wireBytes.count { $0 == 10 } == 1)
        #expect(fields.wireBytes.count { $0 == UInt8(ascii: ":") } == 1)
        #expect(fields[HTTPFieldName(name)] == "1")
    }

    @Test func `lists are split at commas over all lines, but not in quotes`() {
        let fields: HTTPFields = ["l": " a, b ,,c", "l": "", "L": "\"d,\\\"e\", f"]
        #expect(fields.list(of: "l") == ["a", "b", "c", "\"d,\\\"e\"", "f"])
        #expect(fields.list(of: "m") == [])
    }

    @Test(arguments: [("close", true), ("CLOSE", true), ("keep-alive", true), ("clos", false), ("closed", false), ("", false)])
    func `a token is found in any case and only whole`(token: String, isFound: Bool) {
        let fields: HTTPFields = ["connection": "Keep-Alive , x", "connection": "Close"]
        #expect(fields.hasToken(token, in: .connection) == isFound)
        #expect(!fields.hasToken(token, in: .te))
    }

    @Test func `equality ignores the case of names and keeps that of values`() {
        let left: HTTPFields = ["a": "x"]
        #expect(left == ["A": "x"])
        #expect(left != ["a": "X"])
        #expect(left != ["a": "x", "a": "x"])
    }

    @Test func `iteration tells names and values in order`() {
        var seen: [String] = []
        HTTPFields(["A": "1", "b": "2"]).forEach { seen.append("\($0)=\($1)") }
        #expect(seen == ["a=1", "b=2"])
    }
}
