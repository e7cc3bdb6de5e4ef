import FoundationEssentials
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct FormReaderTests {
    private func read(
        _ body: [UInt8], type: String?, coding: String? = nil, pieces: Int = 16_384, limits: BodyLimits = BodyLimits(),
        breaks: (any Error)? = nil, tellsLength: Bool = true
    ) async throws(APIError) -> RequestForm {
        var head = HTTPRequestHead(method: .post, target: "/")
        if let type { head.fields.append(.contentType, type) }
        if let coding { head.fields.append(.contentEncoding, coding) }
        let stream = PieceStream(body, size: pieces, breaks: breaks)
        let request = HTTPRequest(head: head, body: .stream(stream, length: tellsLength ? body.count : nil))
        return try await FormReader(limits: limits, spoolFolder: FileManager.default.temporaryDirectory.path).read(request)
    }

    private func failure(
        _ body: [UInt8], type: String?, coding: String? = nil, limits: BodyLimits = BodyLimits(), breaks: (any Error)? = nil,
        tellsLength: Bool = true
    ) async -> APIError? {
        do throws(APIError) {
            _ = try await read(body, type: type, coding: coding, limits: limits, breaks: breaks, tellsLength: tellsLength)
            return nil
        } catch { return error }
    }

    private static var form: FormBody {
        var form = FormBody()
        form.text("prompt", "café\nline 2")
        form.text("lora[a][]", "1")
        form.text("lora[a][]", "2")
        form.text("lora[b][c]", "d")
        form.file("image[]", Picture.png)
        form.file("image[1]", Picture.jpeg, fileName: "../../etc/passwd")
        form.file("mask", [], fileName: "")
        return form
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `a form is the same in whatever pieces it comes`(pieces: Int) async throws {
        let form = try await read(Self.form.ended, type: FormBody.type, pieces: pieces)
        #expect(form.isMultipart)
        #expect(form.fields == ["prompt": "café\nline 2", "lora": ["a": ["1", "2"], "b": ["c": "d"]]])
        #expect(form.files.map(\.field) == ["image", "image"])
        #expect(form.files.map(\.type) == [.png, .jpeg])
        #expect(form.files.map(\.content.count) == [Picture.png.count, Picture.jpeg.count])
    }

    @Test(arguments: [1, 5, 100_000], ["application/json", "application/json; charset=utf-8", "application/vnd.api+json"])
    func `JSON is read in any pieces`(pieces: Int, type: String) async throws {
        let form = try await read(Array(#"{"prompt": "ö", "n": 2}"#.utf8), type: type, pieces: pieces)
        #expect(form.fields == ["prompt": "ö", "n": 2])
        #expect(!form.isMultipart)
    }

    @Test func `large JSON is read, too`() async throws {
        let text = String(repeating: "x", count: 600_000)
        let form = try await read(JSONValue.object(["prompt": .string(text)]).serialized(), type: "application/json")
        #expect(form.fields["prompt"]?.string?.utf8.count == 600_000)
    }

    /// `{"prompt":"a cat"}`.
    private static let zippedJSON = "H4sIAAAAAAACA6tWKijKzy0oUbJSSlRITixRqgUAM9vfxxIAAAA="
    /// A hundred thousand spaces.
    private static let zippedSpaces =
        "H4sIAAAAAAACA+3BMQEAAADCoCrrn9IaHkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAArwYt8HnKoIYBAA=="

    @Test(arguments: ["gzip", "x-gzip", "identity", "GZIP"])
    func `a content coding is undone`(coding: String) async throws {
        let plain = Array(#"{"prompt":"a cat"}"#.utf8)
        let body = coding == "identity" ? plain : try Base64.decode(Self.zippedJSON)
        #expect(try await read(body, type: "application/json", coding: coding, pieces: 3).fields == ["prompt": "a cat"])
    }

    @Test func `a coding that hides too much is refused`() async throws {
        let body = try Base64.decode(Self.zippedSpaces)
        #expect(await failure(body, type: "application/json", coding: "gzip", limits: BodyLimits(json: 5000))?.status == 413)
        #expect(await failure([1, 2, 3], type: "application/json", coding: "gzip")?.status == 400)
        #expect(await failure([1], type: "application/json", coding: "br")?.status == 415)
    }

    @Test(arguments: [nil, "", "text/plain", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x", "json"])
    func `other types are 415`(type: String?) async {
        #expect(await failure(Array("{}".utf8), type: type)?.status == 415)
    }

    @Test(arguments: ["", "{", "[]", "1", "null", "{\"a\":1}x", "{'a':1}"])
    func `what is no JSON object is 400`(text: String) async {
        let error = await failure(Array(text.utf8), type: "application/json")
        #expect(error?.status == 400)
        #expect(error?.code == "invalid_json")
    }

    @Test(arguments: [true, false])
    func `a body above the limit is 413`(tellsLength: Bool) async {
        let json = JSONValue.object(["prompt": .string(String(repeating: "x", count: 100))]).serialized()
        #expect(await failure(json, type: "application/json", limits: BodyLimits(json: 50), tellsLength: tellsLength)?.status == 413)
        let form = Self.form.ended
        #expect(await failure(form, type: FormBody.type, limits: BodyLimits(body: 60), tellsLength: tellsLength)?.status == 413)
    }

    @Test func `files and texts have limits of their own`() async {
        let large = await failure(Self.form.ended, type: FormBody.type, limits: BodyLimits(file: 10))
        #expect(large?.status == 413)
        #expect(large?.field == "image")
        #expect(await failure(Self.form.ended, type: FormBody.type, limits: BodyLimits(json: 14))?.status == 413)
    }

    @Test func `a form that is cut short, or has no boundary, is 400`() async {
        #expect(await failure(Self.form.bytes, type: FormBody.type)?.code == "invalid_multipart")
        #expect(await failure(Self.form.ended, type: "multipart/form-data")?.code == "invalid_multipart")
        let lost = RequestBodyError.lost(ConnectionError(.closed, "gone"))
        #expect(await failure(Self.form.bytes, type: FormBody.type, breaks: lost)?.code == "incomplete_body")
    }

    @Test func `names that cannot be put together are named`() async {
        var form = FormBody()
        form.text("a", "1")
        form.text("a[b]", "2")
        let error = await failure(form.ended, type: FormBody.type)
        #expect(error?.status == 400)
        #expect(error?.field == "a[b]")
    }

    @Test func `too many files are refused`() async {
        var form = FormBody()
        for _ in 0..<18 { form.file("image[]", Picture.png) }
        #expect(await failure(form.ended, type: FormBody.type)?.field == "image")
    }

    @Test func `a large file waits on disk`() async throws {
        var form = FormBody()
        form.file("image", Picture.png + [UInt8](repeating: 7, count: 3 << 20))
        let read = try await read(form.ended, type: FormBody.type)
        guard case .file = read.files[0].content else {
            Issue.record("in memory")
            return
        }
        #expect(read.files[0].type == .png)
        #expect(read.files[0].content.count == Picture.png.count + (3 << 20))
    }
}
