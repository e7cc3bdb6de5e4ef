import HTTP
import Testing

@testable import Gateway

@Suite struct `The caller's trace` {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    @Test(arguments: [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `is read, also of versions to come`(text: String) throws {
        #expect(try #require(TraceContext(["traceparent": text])).traceID == Self.trace)
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
    ])
    func `is none where the rules are broken`(text: String) {
        #expect(TraceContext(["traceparent": text]) == nil)
    }

    @Test func `goes on with a span of its own, and with what others have to say`() throws {
        let context = try #require(
            TraceContext(["traceparent": "00-\(Self.trace)-b7ad6b7169203331-01", "tracestate": "a=1,b=2"]))
        var fields = HTTPFields()
        context.add(to: &fields, span: [0, 1, 2, 3, 4, 5, 6, 0xFF])
        #expect(fields["traceparent"] == "00-\(Self.trace)-00010203040506ff-01")
        #expect(fields["tracestate"] == "a=1,b=2")
    }
}
