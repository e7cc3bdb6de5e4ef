import Testing

@testable import HTTP

@Suite struct MediaTypeHeaderTests {
    @Test func `type, subtype and parameters are taken apart`() throws {
        let header = try #require(MediaTypeHeader(parsing: " Text/HTML ; Charset=\"utf-8\"; a=\"b;c\\\"d\" ;;e=f"))
        #expect(header.essence == "text/html")
        #expect(header["charset"] == "utf-8")
        #expect(header["a"] == "b;c\"d")
        #expect(header.parameters.map(\.name) == ["charset", "a", "e"])
    }

    @Test(arguments: [
        "", "text", "text/", "/html", "text/html/x", "text html", "text/html; a", "text/html; a=", "text/html; a=\"b", "te xt/html",
        "text/html x", "text/html; a =b",
    ])
    func `what is no media type is none`(text: String) {
        #expect(MediaTypeHeader(parsing: text) == nil)
    }

    @Test(arguments: [
        ("application/json", true), ("application/json; charset=utf-8", true), ("application/problem+json", true), ("text/json", false),
        ("application/jsonl", false),
    ])
    func `JSON is told by its type`(text: String, isJSON: Bool) {
        #expect(MediaTypeHeader(parsing: text)?.isJSON == isJSON)
    }

    @Test func `forms and event streams are told by their type`() {
        #expect(MediaTypeHeader(parsing: "multipart/form-data; boundary=x")?.isMultipartForm == true)
        #expect(MediaTypeHeader(parsing: "text/event-stream; charset=utf-8")?.isEventStream == true)
    }
}
