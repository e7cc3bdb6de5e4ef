import Testing

@testable import HTTP

struct HTTP1SerializerTests {
    @Test func `a request is written line by line`() {
        var bytes: [UInt8] = []
        HTTP1Serializer.append(HTTPRequestHead(method: .post, target: "/a?b", fields: ["Host": "c", "X": "1"]), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "POST /a?b HTTP/1.1\r\nhost: c\r\nx: 1\r\n\r\n")
    }

    @Test func `a response is written line by line`() {
        var bytes: [UInt8] = []
        HTTP1Serializer.append(HTTPResponseHead(version: .http1_0, status: 404, fields: ["X": "1"]), to: &bytes)
        HTTP1Serializer.append(HTTPResponseHead(status: 599), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "HTTP/1.0 404 Not Found\r\nx: 1\r\n\r\nHTTP/1.1 599 \r\n\r\n")
    }

    @Test func `chunks are written with their sizes in hexadecimal`() {
        var bytes: [UInt8] = []
        HTTP1Serializer.appendChunkStart(26, to: &bytes)
        HTTP1Serializer.appendChunkEnd(to: &bytes)
        HTTP1Serializer.appendChunkStart(0, to: &bytes)
        HTTP1Serializer.appendLastChunk(trailers: ["x": "1"], to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "1a\r\n\r\n0\r\nx: 1\r\n\r\n")
    }

    @Test(arguments: [("/a b", "/a%20b"), ("/\r\nX: y", "/%0D%0AX:%20y"), ("/é", "/%C3%A9"), ("/\0\u{7f}", "/%00%7F")])
    func `no target can end its line`(target: String, written: String) {
        var bytes: [UInt8] = []
        HTTP1Serializer.append(HTTPRequestHead(method: HTTPMethod("GET\r\n"), target: target), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "GET%0D%0A \(written) HTTP/1.1\r\n\r\n")
    }

    @Test(arguments: 0..<200)
    func `what is written is read back`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let message = RandomMessage(from: &random)
        var parser = HTTP1Parser(message.role)
        parser.expectResponse(to: .get)
        parser.append(message.bytes[...])
        let head = try parser.next()
        #expect(head == message.head)
        var content: [UInt8] = []
        var event = try parser.next()
        while case .body(let piece) = event {
            content += piece
            event = try parser.next()
        }
        #expect(event == .end(trailers: message.trailers))
        #expect(content == message.content)
        #expect(parser.takeBuffered().isEmpty)
    }
}

/// A repeatable source of numbers.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A message of random parts, its bytes as the serializer writes them, and what the parser should say.
private struct RandomMessage {
    var role: HTTP1Parser.Role
    var head: HTTP1Parser.Event
    var bytes: [UInt8] = []
    var content: [UInt8] = []
    var trailers: HTTPFields?

    init(from random: inout SplitMix) {
        var fields = Self.fields("x", from: &random)
        let isChunked = Bool.random(using: &random)
        content = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        if isChunked { fields.append(.transferEncoding, "chunked") } else { fields.append(.contentLength, "\(content.count)") }
        let framing = isChunked ? BodyFraming.chunked : .length(content.count)
        if Bool.random(using: &random) {
            fields.append(.host, "a:\(Int.random(in: 0...65535, using: &random))")
            let request = HTTPRequestHead(
                method: HTTPMethod("M\(random.next() % 9)"), target: "/" + Self.word(from: &random), fields: fields)
            (role, head) = (.requests, .requestHead(request, framing))
            HTTP1Serializer.append(request, to: &bytes)
        } else {
            let response = HTTPResponseHead(status: HTTPStatus(Int.random(in: 400...599, using: &random)), fields: fields)
            (role, head) = (.responses, .responseHead(response, framing))
            HTTP1Serializer.append(response, to: &bytes)
        }
        if isChunked { appendChunks(from: &random) } else { bytes += content }
    }

    private mutating func appendChunks(from random: inout SplitMix) {
        var rest = content[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...100, using: &random))
            HTTP1Serializer.appendChunkStart(piece.count, to: &bytes)
            bytes += piece
            HTTP1Serializer.appendChunkEnd(to: &bytes)
            rest = rest.dropFirst(piece.count)
        }
        let fields = Self.fields("t", from: &random)
        trailers = fields.isEmpty ? nil : fields
        HTTP1Serializer.appendLastChunk(trailers: trailers, to: &bytes)
    }

    private static func fields(_ prefix: String, from random: inout SplitMix) -> HTTPFields {
        var fields = HTTPFields()
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            fields.append(HTTPFieldName("\(prefix)-\(random.next() % 99)"), word(from: &random) + " \t:\r\n" + word(from: &random))
        }
        return fields
    }

    private static func word(from random: inout SplitMix) -> String {
        String((0..<Int.random(in: 0...30, using: &random)).compactMap { _ in "abcXYZ019-._~".randomElement(using: &random) })
    }
}
