import Testing

@testable import Media

@Suite struct JSONValueTests {
    @Test func `accessors give only what is there`() {
        let value: JSONValue = ["s": "x", "i": 1, "d": 1.5, "whole": 2.0, "b": true, "n": nil, "a": [1, "y"], "o": ["k": "v"]]
        #expect(value["s"]?.string == "x")
        #expect(value["s"]?.int == nil)
        #expect(value["i"]?.int == 1)
        #expect(value["i"]?.double == 1)
        #expect(value["d"]?.int == nil)
        #expect(value["d"]?.double == 1.5)
        #expect(value["whole"]?.int == 2)
        #expect(value["b"]?.bool == true)
        #expect(value["b"]?.int == nil)
        #expect(value["n"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value["a"]?[1]?.string == "y")
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["o"]?["k"]?.string == "v")
        #expect(value[0] == nil)
        #expect(JSONValue.number(1e300).int == nil)
    }

    @Test func `an object keeps the order of its members`() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(object.keys == ["b", "a", "c"])
        #expect(object.removeValue(forKey: "a") == 2)
        #expect(object.removeValue(forKey: "a") == nil)
        object["c"] = nil
        #expect(object.map(\.key) == ["b"])
        #expect(!object.isEmpty)
        #expect(object["b"] == 4)
        object["n"] = .null
        #expect(object["n"] == .null)
    }

    @Test func `an object stays right while it grows and shrinks`() {
        var object = JSONObject()
        for index in 0..<100 { object["k\(index)"] = .integer(index) }
        for index in stride(from: 0, to: 100, by: 2) { object["k\(index)"] = nil }
        for index in 0..<100 { #expect(object["k\(index)"] == (index % 2 == 0 ? nil : .integer(index))) }
        for index in 0..<98 { object["k\(index)"] = nil }
        #expect(object.keys == ["k99"])
        object["k98"] = 1
        #expect(object == ["k98": 1, "k99": 99])
    }

    @Test func `objects are equal whatever their order`() {
        let one: JSONObject = ["a": 1, "b": ["c": 2, "d": 3]]
        let other: JSONObject = ["b": ["d": 3, "c": 2], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "b": 2])
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "c": ["c": 2, "d": 3]])
    }

    @Test(arguments: [0, 20])
    func `keys that only Unicode holds equal are two`(others: Int) {
        var object = JSONObject((0..<others).map { ("\($0)", .null) })
        object["\u{E9}"] = 1
        object["e\u{301}"] = 2
        #expect(object.count == others + 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test func `a member is changed in place, added or removed`() {
        var object: JSONObject = ["a": 1]
        object.update("a") { $0 = 2 }
        object.update("b") { $0 = 3 }
        object.update("c") { #expect($0 == nil) }
        #expect(object == ["a": 2, "b": 3])
        object.update("a") { $0 = nil }
        #expect(object == ["b": 3])
    }
}
