import Testing

@testable import Media

@Suite struct JSONFormFieldsTests {
    @Test func `plain names are strings`() throws {
        #expect(try object("prompt=a cat", "n=2", "empty=") == ["prompt": "a cat", "n": "2", "empty": ""])
        #expect(try object() == [:])
    }

    @Test func `brackets become objects and lists`() throws {
        #expect(try object("lora[a][]=1", "lora[a][]=2", "lora[b][c]=d") == ["lora": ["a": ["1", "2"], "b": ["c": "d"]]])
        #expect(try object("name[]=x") == ["name": ["x"]])
        #expect(
            try object("input_reference[image_url]=https://example.com/a.png") == [
                "input_reference": ["image_url": "https://example.com/a.png"]
            ])
        #expect(try object("svg[reasoning][effort]=low", "svg[model]=m") == ["svg": ["reasoning": ["effort": "low"], "model": "m"]])
    }

    @Test func `a repeated name is a list`() throws {
        #expect(try object("a=1", "a=2", "a=3") == ["a": ["1", "2", "3"]])
        #expect(try object("a=1", "a[]=2") == ["a": ["1", "2"]])
        #expect(try object("a[b]=1", "a[b]=2") == ["a": ["b": ["1", "2"]]])
    }

    @Test func `a member that comes again begins the next object of a list`() throws {
        #expect(try object("o[][x]=1", "o[][y]=2", "o[][x]=3") == ["o": [["x": "1", "y": "2"], ["x": "3"]]])
        #expect(try object("o[][t][]=1", "o[][t][]=2", "o[][x]=3", "o[][x]=4") == ["o": [["t": ["1", "2"], "x": "3"], ["x": "4"]]])
        #expect(try object("o[][a][b]=1", "o[][a][c]=2", "o[][a][b]=3") == ["o": [["a": ["b": "1", "c": "2"]], ["a": ["b": "3"]]]])
        #expect(try object("o[]=1", "o[][x]=2") == ["o": ["1", ["x": "2"]]])
        #expect(try object("o[][a]=1", "o[][a][b]=2") == ["o": [["a": "1"], ["a": ["b": "2"]]]])
    }

    @Test(arguments: ["a[", "a[b", "a]", "a]b[", "[a]", "[]", "a[b]c", "a[[b]]", "a[b]]", "a[b][", "a[b]c[d]"])
    func `names whose brackets do not fit are refused`(name: String) {
        #expect(throws: FormFieldError(problem: .malformedName, field: name)) { try object("\(name)=1") }
    }

    @Test(arguments: [
        ["a=1", "a[b]=2"], ["a[b]=1", "a=2"], ["a[]=1", "a[b]=2"], ["a[b]=1", "a[]=2"], ["a[b]=1", "a[b][c]=2"],
        ["a[b][c]=1", "a[b][][c]=2"],
    ])
    func `a name that stands for two kinds is refused`(fields: [String]) {
        let error = #expect(throws: FormFieldError.self) { try JSONObject(formFields: fields.map(field)) }
        #expect(error?.problem == .conflict)
    }

    @Test func `lists in lists are refused`() {
        #expect(throws: FormFieldError(problem: .nestedList, field: "a[][]")) { try object("a[][]=1") }
    }

    @Test func `depth and number of fields are limited`() throws {
        let deepest = "a" + String(repeating: "[b]", count: 16)
        _ = try object("\(deepest)=1")
        #expect(throws: FormFieldError(problem: .tooDeep, field: deepest + "[b]")) { try object("\(deepest)[b]=1") }
        #expect(throws: FormFieldError.self) {
            try JSONObject(formFields: [(name: "a" + String(repeating: "[b]", count: 100_000), value: "")])
        }
        let many = (0..<1001).map { (name: "a[]", value: "\($0)") }
        #expect(throws: FormFieldError(problem: .tooManyFields, field: "a[]")) { try JSONObject(formFields: many) }
        #expect(try JSONObject(formFields: Array(many.dropLast()))["a"]?.array?.count == 1000)
    }

    private func field(_ text: String) -> (name: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), String(parts[1]))
    }

    private func object(_ fields: String...) throws(FormFieldError) -> JSONObject {
        try JSONObject(formFields: fields.map(field))
    }
}
