import Testing

@testable import HTTP

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `the samples of the RFC`(plain: String, text: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(try Base64.decode(text) == Array(plain.utf8))
    }

    private func takes(_ text: [UInt8]) -> Bool { Base64.takes(text.span) }

    @Test func `bytes of every length survive`() throws {
        var random = SeededRandom(state: 1)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.encode(bytes)
            #expect(text.utf8.count == Base64.encodedCount(of: length))
            #expect(try Base64.decode(text) == bytes)
            #expect(try Base64.decode(Substring(text)) == bytes)
            #expect(takes(Array(text.utf8)))
            #expect(try inPieces(Array(text.utf8), of: Int.random(in: 1...9, using: &random)) == bytes)
        }
    }

    @Test(arguments: [
        ("Zg=", 3, Base64Error.Problem.length), ("Zg", 2, .length), ("Z", 1, .length), ("Z===", 1, .padding), ("====", 0, .padding),
        ("Zm9v Zm9", 4, .character), ("Zm9v\nm9v", 4, .character), ("Zm-_", 2, .character), ("Zg==Zm9v", 2, .padding),
        ("Zm9vZg=v", 6, .padding), ("Zm9vZm9vZm9*", 11, .character), ("Zm9vZm9\u{E9}Zm9", 7, .character),
    ])
    func `what is not strictly base64 is refused at its place`(text: String, offset: Int, problem: Base64Error.Problem) {
        #expect(throws: Base64Error(offset: offset, problem: problem)) { try Base64.decode(text) }
        #expect(!takes(Array(text.utf8)))
        #expect(throws: Base64Error.self) { try inPieces(Array(text.utf8), of: 1) }
        #expect(throws: Base64Error.self) { try inPieces(Array(text.utf8), of: 4) }
    }

    @Test func `each character outside the alphabet is refused everywhere`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            for place in 0..<18 {
                var text = Array("Zm9vZm9vZm9vZm9vZm9v".utf8)
                text[place] = byte
                #expect(throws: Base64Error.self) { try Base64.decode(text) }
                #expect(!takes(text))
            }
        }
    }

    @Test func `a long text is handed out in pieces`() throws {
        let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var pieces = Base64Pieces(Base64.encode(bytes))
        var decoded: [UInt8] = []
        while let piece = try pieces.next() {
            #expect(piece.count <= 192 << 10)
            decoded += piece
        }
        #expect(decoded == bytes)
        #expect(try pieces.next() == nil)
    }

    @Test func `padding at the end of a piece is refused where more follows`() {
        var pieces = Base64Pieces(String(repeating: "A", count: (256 << 10) - 1) + "=AAAA")
        #expect(throws: Base64Error(offset: (256 << 10) - 1, problem: .padding)) { try pieces.next() }
    }

    @Test func `a data URI is split into type and bytes`() throws {
        let uri = try #require(DataURI(parsing: "DATA:Image/PNG;charset=x;BASE64,Zm9v"))
        #expect(uri.type == "image/png")
        #expect(uri.base64 == "Zm9v")
        #expect(try uri.decoded() == Array("foo".utf8))
        #expect(DataURI(parsing: "data:;base64,")?.type == "text/plain")
    }

    @Test(arguments: [
        "", "data:", "data:image/png,abc", "data:image/png;base64", "https://example.com/data:image/png;base64,Zm9v", " data:a/b;base64,",
        "data:base64,Zm9v",
    ])
    func `what is no base64 data URI is none`(text: String) {
        #expect(DataURI(parsing: text) == nil)
    }

    private func inPieces(_ text: [UInt8], of size: Int) throws -> [UInt8] {
        var decoder = Base64Decoder()
        var decoded: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: size) {
            decoded += try decoder.append(text[start..<min(start + size, text.count)])
        }
        return try decoded + decoder.finish()
    }
}
