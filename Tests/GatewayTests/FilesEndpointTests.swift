import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct FilesEndpointTests {
    struct OneFile: MediaStore {
        var error: MediaStoreError?

        func store(_ content: StorableContent, type: MediaType, owner: String) async throws(MediaStoreError) -> String { "" }
        func sweep() async throws(MediaStoreError) -> Int { 0 }
        func delete(named name: String) async throws(MediaStoreError) {}
        func file(named name: String) async throws(MediaStoreError) -> StoredFile? {
            if let error { throw error }
            guard name == "a.png" || name == "a.bin" else { return nil }
            return StoredFile(
                content: ByteSource(Array("0123456789".utf8)), type: name == "a.png" ? .png : .unknown, modified: 784_111_777,
                entityTag: "\"tag\"", isOwned: { _ in true })
        }
    }

    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func answer(
        _ fields: HTTPFields = HTTPFields(), method: HTTPMethod = .get, name: String = "a.png"
    ) async throws(FilesFailure) -> HTTPResponse {
        let endpoint = FilesEndpoint(store: OneFile(), retention: .seconds(3600), now: { 784_111_777 + 600 })
        return try await endpoint.response(to: method, name: name, fields: fields).get()
    }

    private func text(_ response: HTTPResponse) -> String {
        guard case .pieces(let pieces) = response.body else { return "" }
        return pieces.map { piece in
            guard case .bytes(let bytes) = piece else { return "?" }
            return String(decoding: bytes, as: UTF8.self)
        }.joined()
    }

    @Test(arguments: [HTTPMethod.get, .head])
    func `a file comes with all that a browser and a cache need`(method: HTTPMethod) async throws {
        let response = try await answer(method: method)
        #expect(response.status == 200)
        #expect(response.body.length == 10)
        let expected: [HTTPFieldName: String] = [
            .contentType: "image/png", .etag: "\"tag\"", .lastModified: Self.date, .acceptRanges: "bytes", .contentTypeOptions: "nosniff",
            .cacheControl: "private, max-age=3000, immutable", .contentDisposition: "inline; filename=\"a.png\"",
        ]
        for (name, value) in expected { #expect(response.fields[name] == value) }
        #expect(response.fields[.contentSecurityPolicy]?.hasPrefix("sandbox;") == true)
    }

    @Test func `a file of unknown type is for saving, not for showing`() async throws {
        let response = try await answer(name: "a.bin")
        #expect(response.fields[.contentType] == "application/octet-stream")
        #expect(response.fields[.contentDisposition] == "attachment; filename=\"a.bin\"")
        #expect(response.fields[.contentTypeOptions] == "nosniff")
        #expect(response.fields[.contentSecurityPolicy]?.hasPrefix("sandbox;") == true)
    }

    @Test(arguments: [
        ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=3-", "3456789", "bytes 3-9/10"), ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=9-100", "9", "bytes 9-9/10"), ("bytes=-100", "0123456789", "bytes 0-9/10"),
    ])
    func `a range is 206`(range: String, part: String, told: String) async throws {
        let response = try await answer([.range: range])
        #expect(response.status == 206)
        #expect(text(response) == part)
        #expect(response.fields[.contentRange] == told)
    }

    @Test(arguments: ["bytes=0-1,3-4", "bytes=x", "items=0-1", "bytes=3-1", ""])
    func `a range that is not understood is no range`(range: String) async throws {
        let response = try await answer([.range: range])
        #expect(response.status == 200)
        #expect(text(response) == "0123456789")
    }

    @Test(arguments: ["bytes=10-", "bytes=10-20", "bytes=-0"])
    func `a range behind the end is 416`(range: String) async {
        await #expect(throws: FilesFailure.rangeNotSatisfiable(length: 10)) { try await answer([.range: range]) }
    }

    @Test func `HEAD has no ranges`() async throws {
        #expect(try await answer([.range: "bytes=0-1"], method: .head).status == 200)
    }

    @Test(arguments: ["\"tag\"", "W/\"tag\"", "*", "\"a\", \"tag\"", "\"a\",W/\"tag\""])
    func `a copy that is still good is 304`(tags: String) async throws {
        let response = try await answer([.ifNoneMatch: tags, .range: "bytes=0-1"])
        #expect(response.status == 304)
        #expect(response.body.length == 0)
        #expect(response.fields[.etag] == "\"tag\"")
        #expect(!response.fields.contains(.contentType))
    }

    @Test func `dates count only where there is no entity tag`() async throws {
        #expect(try await answer(["if-modified-since": Self.date]).status == 304)
        #expect(try await answer(["if-modified-since": "Sun, 06 Nov 1994 08:49:36 GMT"]).status == 200)
        #expect(try await answer(["if-modified-since": Self.date, .ifNoneMatch: "\"other\""]).status == 200)
        #expect(try await answer(["if-modified-since": "yesterday"]).status == 200)
    }

    @Test(arguments: [
        ("\"tag\"", 206), (date, 206), ("W/\"tag\"", 200), ("\"other\"", 200), ("Sun, 06 Nov 1994 08:49:38 GMT", 200), ("x", 200),
    ])
    func `a range of another version is the whole`(condition: String, status: Int) async throws {
        #expect(try await answer([.range: "bytes=0-1", .ifRange: condition]).status == HTTPStatus(status))
    }

    @Test func `an unknown name is not found, and a broken store says so`() async {
        await #expect(throws: FilesFailure.notFound) { try await answer(name: "b.png") }
        let error = MediaStoreError(.unreadable, "broken")
        let endpoint = FilesEndpoint(store: OneFile(error: error), retention: .seconds(1), now: { 0 })
        guard case .failure(.store(error)) = await endpoint.response(to: .get, name: "a.png", fields: [:]) else {
            Issue.record("no failure")
            return
        }
    }
}
