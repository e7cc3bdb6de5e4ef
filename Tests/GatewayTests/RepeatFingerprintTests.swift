import GatewayTesting
import HTTP
import Media
import Testing
import Transport

@testable import Gateway

@Suite struct RepeatFingerprintTests {
    func fingerprint(_ json: String, path: String = "/v1/images/generations", files: [UploadedFile] = []) async throws -> String {
        let value = try JSONValue(parsing: Array(json.utf8)[...])
        return await RequestFingerprint.of(path: path, form: RequestForm(fields: value.object ?? [:], files: files))
    }

    func file(_ text: String, field: String = "image", spooled: Bool = false) throws -> UploadedFile {
        let bytes = Array(text.utf8)
        guard spooled else { return UploadedFile(field: field, content: ByteSource(bytes)) }
        let file = try SpooledFile.temporary(in: "/tmp")
        try file.write([1, 2, 3], at: 0)
        try file.write(bytes[...], at: 3)
        return UploadedFile(field: field, content: .file(file, 3..<3 + bytes.count))
    }

    @Test func `it is a SHA-256 in hexadecimal`() async throws {
        let text = try await fingerprint(#"{"prompt":"a cat"}"#)
        #expect(text.utf8.count == 64)
        #expect(text.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        let canonical = "\"/v1/images/generations\"\nfalse\n{\"prompt\":\"a cat\",}\n"
        #expect(text == hexadecimal(SHA256.digest(of: Array(canonical.utf8))))
    }

    @Test func `the order of members and white space do not count`() async throws {
        let first = try await fingerprint(#"{"a":{"x":1,"y":[1,2]},"b":"\u00e9"}"#)
        let second = try await fingerprint("{ \"b\" : \"\u{E9}\", \"a\" : {\"y\": [1, 2], \"x\": 1} }")
        #expect(first == second)
    }

    @Test func `all else counts`() async throws {
        let texts = [
            #"{"a":1}"#, #"{"a":1.0}"#, #"{"a":"1"}"#, #"{"a":[1]}"#, #"{"a":[1,2]}"#, #"{"a":[2,1]}"#, #"{"a":[[1],2]}"#, #"{"a":{}}"#,
            #"{"a":[]}"#, #"{"a":null}"#, #"{"a":""}"#, #"{"A":1}"#, #"{"a":1,"b":1}"#, "{}", #"{"a":"\u00e9"}"#, #"{"a":"e\u0301"}"#,
            #"{"a":"1","b":"2"}"#, #"{"a":"1\",\"b\":\"2"}"#,
        ]
        var all: Set<String> = []
        for text in texts { all.insert(try await fingerprint(text)) }
        all.insert(try await fingerprint("{}", path: "/v1/images/edits"))
        all.insert(await RequestFingerprint.of(path: "/v1/images/generations", form: RequestForm(fields: [:], isMultipart: true)))
        #expect(all.count == texts.count + 2)
    }

    @Test func `files count by field, content and order`() async throws {
        let base = try await fingerprint("{}", files: [file("one"), file("two")])
        #expect(try await fingerprint("{}", files: [file("one"), file("two")]) == base)
        #expect(try await fingerprint("{}", files: [file("one", spooled: true), file("two")]) == base)
        #expect(try await fingerprint("{}", files: [file("two"), file("one")]) != base)
        #expect(try await fingerprint("{}", files: [file("onetwo")]) != base)
        #expect(try await fingerprint("{}", files: [file("one"), file("two", field: "mask")]) != base)
    }

    @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 1_000_000])
    func `a spooled file is hashed as its bytes are`(count: Int) async throws {
        let text = String(repeating: "x", count: count)
        let spooled = try await fingerprint("{}", files: [file(text, spooled: true)])
        #expect(try await fingerprint("{}", files: [file(text)]) == spooled)
        let canonical = "\"/v1/images/generations\"\nfalse\n{}\n\"image\"\n\"\(hexadecimal(SHA256.digest(of: Array(text.utf8))))\"\n"
        #expect(spooled == hexadecimal(SHA256.digest(of: Array(canonical.utf8))))
    }

    @Test func `a large form is hashed as a small one is`() async throws {
        let large = String(repeating: "a\\n", count: 200_000)
        let json = "{\"b\":\"\(large)\",\"a\":[\"\(large)\",1]}"
        let canonical = "\"/v1/images/generations\"\nfalse\n{\"a\":[\"\(large)\",1,],\"b\":\"\(large)\",}\n"
        #expect(try await fingerprint(json) == hexadecimal(SHA256.digest(of: Array(canonical.utf8))))
    }

    @Test func `a file that cannot be read is like no other`() async throws {
        let file = try SpooledFile.temporary(in: "/tmp")
        let files = [UploadedFile(field: "image", content: .file(file, 0..<10))]
        #expect(try await fingerprint("{}", files: files) != fingerprint("{}", files: files))
    }
}
