import Testing

@testable import HTTP

@Suite struct MultipartHeadTests {
    @Test(arguments: [
        ("name=\"a\"; filename=\"x.png\"", "x.png"),
        ("name=a; filename=x.png", "x.png"),
        ("name=\"a\"; filename=\"\u{E9}%22\\\\\u{FC}%0A.png\"", "\u{E9}\"\\\u{FC}\n.png"),
        ("name=\"a\"; filename=\"say \\\"cheese\\\".png\"", "say \"cheese\".png"),
        ("name=\"a\"; filename=\"C:\\pictures\\x.png\"", "C:\\pictures\\x.png"),
        ("name=\"a\"; filename=\"100%25 %zz %\"", "100%25 %zz %"),
        ("name=\"a\"; filename=\"x\"; filename*=UTF-8''na%C3%AFve%20file.png", "na\u{EF}ve file.png"),
        ("name=\"a\"; filename*=utf-8'en'%e2%82%ac.png", "\u{20AC}.png"),
        ("NAME=\"a\" ; FileName = x", nil),
        ("name=\"a\"; filename=\"a;b=c\"", "a;b=c"),
    ])
    func `file names are read as clients write them`(parameters: String, fileName: String?) throws {
        let form = multipart("--B7\r\nContent-Disposition: form-data; \(parameters)\r\n\r\n\r\n--B7--")
        guard let fileName else {
            #expect(refusal(form) == .malformedHead)
            return
        }
        #expect(try parse(form).map(\.head) == [MultipartPartHead(name: "a", fileName: fileName)])
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;BOUNDARY=\"a b?\"", "a b?"),
        ("multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundaryX", "----WebKitFormBoundaryX"),
        ("multipart/form-data; boundary=----=_Part_1/2:3", "----=_Part_1/2:3"),
        ("multipart/form-data; boundary=\"\(String(repeating: "x", count: 70))\"", String(repeating: "x", count: 70)),
    ])
    func `a boundary is found in a Content-Type`(contentType: String, boundary: String) throws {
        #expect(try MultipartParser.boundary(of: contentType) == boundary)
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"", "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=\"a\\\"b\"",
        "multipart/form-data; boundary=\"\(String(repeating: "x", count: 71))\"", "application/json", "",
        "multipart/form-data; boundary=a b",
        "multipart/form-data; boundary=\u{E9}",
    ])
    func `what names no usable boundary is refused`(contentType: String) {
        let error = #expect(throws: MultipartError.self) { try MultipartParser.boundary(of: contentType) }
        #expect(error?.kind == .boundary)
    }
}
