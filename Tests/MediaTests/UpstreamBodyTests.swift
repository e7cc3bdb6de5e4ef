import HTTP
import Testing

@testable import Media

@Suite struct UpstreamBodyTests {
    @Test func `no body has neither bytes nor type`() {
        let (pieces, contentType) = UpstreamBody.none.encoded(boundary: "B7")
        #expect(pieces.isEmpty)
        #expect(contentType == nil)
    }

    @Test func `a JSON body is its text`() {
        let (pieces, contentType) = UpstreamBody.json(["a": [1, "b"]]).encoded(boundary: "B7")
        #expect(text(pieces) == #"{"a":[1,"b"]}"#)
        #expect(contentType == "application/json")
    }

    @Test func `a multipart body has its parts in order and a known length`() {
        let body = UpstreamBody.multipart([
            MultipartPart(name: "model", content: .text("m")),
            MultipartPart(name: "image", content: .file(ByteSource("bytes".utf8), name: "image-0.png", type: "image/png")),
        ])
        let (pieces, contentType) = body.encoded(boundary: "B7")
        let wanted = """
            --B7\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n\
            --B7\r\nContent-Disposition: form-data; name="image"; filename="image-0.png"\r\nContent-Type: image/png\r\n\r\nbytes\r\n--B7--\r\n
            """
        #expect(text(pieces) == wanted)
        #expect(pieces.reduce(0) { $0 + $1.count } == wanted.utf8.count)
        #expect(contentType == "multipart/form-data; boundary=B7")
    }

    private func text(_ pieces: [ByteSource]) -> String {
        pieces.reduce(into: "") { text, piece in
            guard case .bytes(let bytes) = piece else { return }
            text += String(decoding: bytes, as: UTF8.self)
        }
    }
}
