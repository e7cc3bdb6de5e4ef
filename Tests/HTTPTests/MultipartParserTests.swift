import Testing

@testable import HTTP

@Suite struct MultipartParserTests {
    /// A form with the shapes that clients send, a near miss of the boundary and an empty file among them.
    private static let form = multipart(
        "ignored", "\r\n--B7 \t\r\n", "Content-Disposition: form-data; name=\"prompt\"\r\n\r\n", "caf\u{E9}\r\nline2\r\n--B",
        "\r\n--B7\r\n",
        "Content-Disposition: form-data; name=\"image[]\"; filename=\"b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n",
        "\r\n\r\r\n--\r\n\r\n--B\r",
        "\r\n--B7\r\n", "content-disposition:form-data;name=empty;filename=\"\"\r\n\r\n", "\r\n--B7--", "\r\nepilogue")

    @Test func `parts come with their heads and their bytes`() throws {
        let parts = try parse(Self.form)
        #expect(parts.map(\.head.name) == ["prompt", "image[]", "empty"])
        #expect(parts.map(\.head.fileName) == [nil, "b.jpg", ""])
        #expect(parts.map(\.head.contentType) == [nil, "image/jpeg", nil])
        #expect(parts.map(\.text) == ["caf\u{E9}\r\nline2\r\n--B", "\r\n\r\r\n--\r\n\r\n--B\r", ""])
    }

    @Test func `a form split anywhere in two gives the same parts`() throws {
        let whole = try parse(Self.form)
        for split in 0...Self.form.count {
            #expect(try parse(Self.form[..<split], Self.form[split...]) == whole)
        }
    }

    @Test func `a form fed byte by byte gives the same parts`() throws {
        let pieces = Self.form.indices.map { Self.form[$0...$0] }
        #expect(try parse(pieces) == parse([Self.form[...]]))
    }

    @Test func `random bodies survive random splits`() throws {
        var random = SeededRandom(state: 7)
        for _ in 0..<200 {
            let body = (0..<Int.random(in: 0...300, using: &random)).map { _ in "\r\n-B7x".utf8.randomElement(using: &random) ?? 0 }
            // The boundary itself must not be in a part.
            guard !contains(body, Array("\r\n--B7".utf8)), !body.starts(with: Array("--B7".utf8)) else { continue }
            let form = multipart("--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n") + body + multipart("\r\n--B7--")
            var pieces: [ArraySlice<UInt8>] = []
            var place = 0
            while place < form.count {
                let end = min(form.count, place + Int.random(in: 1...40, using: &random))
                pieces.append(form[place..<end])
                place = end
            }
            #expect(try parse(pieces).map(\.bytes) == [body])
        }
    }

    @Test func `a form without any part ends`() throws {
        #expect(try parse(multipart("--B7--\r\n")).isEmpty)
    }

    @Test(arguments: [
        "", "--B7", "--B7\r\n", "--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody",
        "--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody\r\n--B7",
        "--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--B7-",
        "no boundary at all",
    ])
    func `a form that ends too early is truncated`(text: String) {
        #expect(throws: MultipartError.self) { try parse(multipart(text)) }
        #expect(refusal(multipart(text)) == .truncated)
    }

    @Test(arguments: [
        ("\r\n\r\n", "no head"),
        ("Content-Type: text/plain\r\n\r\n", "no disposition"),
        ("Content-Disposition: form-data\r\n\r\n", "no name"),
        ("Content-Disposition: attachment; name=\"a\"\r\n\r\n", "not form-data"),
        ("Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n", "two names"),
        ("Content-Disposition: form-data; name=\"a\r\n\r\n", "an open quote"),
        ("Content-Disposition: form-data; name=\"a\"x\r\n\r\n", "something behind a value"),
        ("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n", "two dispositions"),
        ("Content-Disposition: form-data; name=\"a\"\n\r\n", "a bare line feed"),
        ("Content-Disposition: form-data;\r\n name=\"a\"\r\n\r\n", "a folded line"),
        ("Content-Disposition : form-data; name=\"a\"\r\n\r\n", "a space before the colon"),
        ("Content-Disposition: form-data; name=\"a\u{0}\"\r\n\r\n", "a NUL"),
        ("Content-Disposition: form-data; name=\"a\"\r\nnonsense\r\n\r\n", "a line without a colon"),
        ("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n", "a coding"),
        ("Content-Disposition: form-data; name=\"a\"; filename*=latin1''x\r\n\r\n", "another charset"),
        ("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''%zz\r\n\r\n", "a broken escape"),
    ])
    func `a malformed part head is refused`(head: String, why: String) {
        let form = multipart("--B7\r\n", head, "body\r\n--B7--")
        #expect(refusal(form) == .malformedHead, "\(why)")
        #expect(refusal(form.indices.map { form[$0...$0] }) == .malformedHead, "\(why), byte by byte")
    }

    @Test func `a boundary line with something behind the boundary is refused`() {
        #expect(refusal(multipart("--B7x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--B7--")) == .malformedHead)
        #expect(refusal(multipart("--B7\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--B7--")) == .malformedHead)
        #expect(refusal(multipart("--B7" + String(repeating: " ", count: 300))) == .headTooLarge)
    }

    @Test func `bytes that are not UTF-8 in a head are refused`() {
        let form = multipart("--B7\r\nContent-Disposition: form-data; name=\"") + [0xE9] + multipart("\"\r\n\r\n\r\n--B7--")
        #expect(refusal(form) == .malformedHead)
    }

    @Test func `limits hold for heads, parts, preamble and epilogue`() {
        let limits = MultipartLimits(parts: 2, partHead: 64, preamble: 10, epilogue: 10)
        let part = "\r\n--B7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"
        #expect(refusal(multipart("0123456789", part, part, "\r\n--B7--0123456789"), limits) == nil)
        #expect(refusal(multipart("0123456789a", part), limits) == .excess)
        #expect(refusal(multipart(part, "\r\n--B7--0123456789a"), limits) == .excess)
        #expect(refusal(multipart(part, part, part, "\r\n--B7--"), limits) == .tooManyParts)
        #expect(refusal(multipart("\r\n--B7\r\nX: ", String(repeating: "x", count: 64)), limits) == .headTooLarge)
        #expect(refusal(multipart("\r\n--B7\r\nX: ", String(repeating: "x", count: 64), part), limits) == .headTooLarge)
    }

    @Test func `the end is said again and again`() throws {
        var parser = MultipartParser(boundary: "B7")
        parser.append(multipart("--B7--")[...])
        #expect(try parser.next() == .end)
        parser.append(multipart("\r\n")[...])
        #expect(try parser.next() == .end)
        try parser.finish()
    }
}
