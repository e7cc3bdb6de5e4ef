import Testing

@testable import HTTP

@Suite struct MultipartSerializerTests {
    @Test func `what is written has the form that servers know`() {
        let serializer = MultipartSerializer(boundary: "B7")
        let pieces = serializer.pieces(of: [
            .init(name: "prompt", content: .text("a\r\ncat")),
            .init(name: "image[]", content: .file(ByteSource([1, 2, 3]), name: "x.png", type: "image/png")),
        ])
        #expect(serializer.contentType == "multipart/form-data; boundary=B7")
        let wanted = """
            --B7\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\r\ncat\r\n\
            --B7\r\nContent-Disposition: form-data; name="image[]"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n\
            \u{1}\u{2}\u{3}\r\n--B7--\r\n
            """
        #expect(String(decoding: joined(pieces), as: UTF8.self) == wanted)
    }

    @Test func `names cannot break out of their quotes`() throws {
        let pieces = MultipartSerializer(boundary: "B7").pieces(of: [
            .init(name: "a\"; b\r\nX: y", content: .file(ByteSource([]), name: "c\"\r\n\u{0}\u{E9}", type: "image/png\r\nX: y"))
        ])
        let parts = try parse(joined(pieces))
        #expect(
            parts.map(\.head) == [MultipartPartHead(name: "a\"; b\r\nX: y", fileName: "c\"\r\n \u{E9}", contentType: "image/png  X: y")])
    }

    @Test func `what is written is read back`() throws {
        let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let pieces = MultipartSerializer(boundary: "B7").pieces(of: [
            .init(name: "prompt", content: .text("\r\n--B")), .init(name: "f", content: .file(ByteSource(content), name: "f", type: "a/b")),
            .init(name: "empty", content: .text("")),
        ])
        #expect(try parse(joined(pieces)).map(\.bytes) == [Array("\r\n--B".utf8), content, []])
    }

    @Test func `no part at all is still a form`() throws {
        #expect(try parse(joined(MultipartSerializer(boundary: "B7").pieces(of: []))).isEmpty)
    }

    private func joined(_ pieces: [ByteSource]) -> [UInt8] {
        pieces.flatMap { piece -> ArraySlice<UInt8> in
            guard case .bytes(let bytes) = piece else { return [] }
            return bytes
        }
    }
}
