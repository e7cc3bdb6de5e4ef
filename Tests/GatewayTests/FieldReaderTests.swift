import Media
import Testing

@testable import Gateway

@Suite struct FieldReaderTests {
    private static let many = JSONObject((0..<100).map { ("field-\($0)", .integer($0)) })

    @Test(arguments: [0, 63, 64, 99])
    func `a field is taken once, wherever it stands`(place: Int) throws {
        var reader = FieldReader(Self.many, isText: false)
        #expect(try reader.integer("field-\(place)", in: 0...100) == place)
        #expect(try reader.integer("field-\(place)", in: 0...100) == nil)
        #expect(reader.extras.count == 99 && reader.extras["field-\(place)"] == nil)
    }

    @Test func `what nobody takes is kept in its order, without what says nothing`() {
        let reader = FieldReader(["b": 1, "none": nil, "a": 2], isText: false)
        #expect(reader.extras.keys == ["b", "a"])
    }
}
