import Testing

@testable import HTTP

@Suite struct PreferHeaderTests {
    private func prefer(_ lines: String...) -> PreferHeader {
        var fields = HTTPFields()
        for line in lines { fields.append(.prefer, line) }
        return PreferHeader(fields)
    }

    @Test(arguments: [
        ("respond-async", true), ("Respond-Async", true), ("return=minimal, respond-async", true), ("respond-async; x=1", true),
        ("respond-async=\"\"", true), (" , ,respond-async ,", true), ("wait=5,respond-async", true), ("", false), ("respond", false),
        ("x=\"respond-async\"", false), ("respond async", false), ("x=\"a, respond-async", false),
    ])
    func `a client may prefer not to wait`(line: String, respondsAsync: Bool) {
        #expect(prefer(line).respondsAsync == respondsAsync)
    }

    @Test(
        arguments: [
            ("wait=20", .seconds(20)), ("WAIT=0", .zero), ("wait=\"7\"", .seconds(7)), ("wait = 9", .seconds(9)), ("wait=3;x", .seconds(3)),
            ("respond-async, wait=10", .seconds(10)), ("wait=1, wait=2", .seconds(1)), ("wait=999999999", .seconds(999_999_999)),
            ("wait=\"\\5\"", .seconds(5)), ("wait", nil), ("wait=", nil), ("wait=-1", nil), ("wait=+1", nil), ("wait=1.5", nil),
            ("wait=soon", nil), ("wait=9999999999", nil), ("wait=\"5", nil), ("wait=\"5\\", nil), ("wait=5 s", nil), ("wait=٥", nil),
        ] as [(String, Duration?)])
    func `a client may say how long it waits`(line: String, wait: Duration?) {
        #expect(prefer(line).wait == wait)
    }

    @Test func `several lines are one list, and the first of two counts`() {
        let header = prefer("wait=4, a=\"x, y; z\"", "respond-async", "wait=8, a=2")
        #expect(header.wait == .seconds(4))
        #expect(header.respondsAsync)
        #expect(header["a"] == "x, y; z")
        #expect(header["b"] == nil)
    }

    @Test func `what is too long or too much is not read`() {
        #expect(prefer("x=\(String(repeating: "a", count: 300)), wait=5")["x"] == nil)
        #expect(prefer("x=\(String(repeating: "a", count: 300)), wait=5").wait == .seconds(5))
        let many = (0..<40).map { "p\($0)" }.joined(separator: ",")
        #expect(prefer(many)["p31"] == "")
        #expect(prefer(many)["p32"] == nil)
        #expect(prefer() == PreferHeader(HTTPFields()))
    }
}

@Suite struct QueryItemsTests {
    @Test(
        arguments: [
            ("a=1&b=2", ["a", "b"], ["1", "2"]), ("a", ["a"], [""]), ("a=", ["a"], [""]), ("a=b=c", ["a"], ["b=c"]),
            ("&&a=1&", ["a"], ["1"]), ("=x", [""], ["x"]), ("a+b=c+d", ["a b"], ["c d"]), ("%61=%2B%26", ["a"], ["+&"]),
            ("a=%", ["a"], ["%"]), ("a=%4", ["a"], ["%4"]), ("a=%zz", ["a"], ["%zz"]), ("a=%+1", ["a"], ["% 1"]),
            ("a=%C3%B6", ["a"], ["ö"]), ("a=%ff", ["a"], ["\u{FFFD}"]), ("", [], []),
        ] as [(String, [String], [String])])
    func `a query is read as forms write it`(query: String, names: [String], values: [String]) {
        let items = QueryItems(query).items
        #expect(items.map(\.name) == names)
        #expect(items.map(\.value) == values)
    }

    @Test func `the first of a name counts`() {
        #expect(QueryItems("a=1&a=2")["a"] == "1")
        #expect(QueryItems(nil)["a"] == nil)
    }

    @Test func `there is an end`() {
        let query = (0..<100).map { "k\($0)=1" }.joined(separator: "&")
        #expect(QueryItems(query).items.count == 64)
        #expect(QueryItems(query)["k63"] == "1")
        #expect(QueryItems(query)["k64"] == nil)
    }
}
