/// Messages into bytes (RFC 9112): what it writes, `HTTP1Parser` reads back as the same values.
package enum HTTP1Serializer {
    /// The request line, the fields and the empty line.
    package static func append(_ head: HTTPRequestHead, to bytes: inout [UInt8]) {
        var room = ByteRoom(256)
        appendRequestLine(head.method, head.target, head.version, to: &room)
        bytes.append(contentsOf: room.written)
        bytes.append(contentsOf: head.fields.wireBytes)
        appendLineEnd(to: &bytes)
    }

    /// The status line with the code's phrase, the fields and the empty line.
    package static func append(_ head: HTTPResponseHead, to bytes: inout [UInt8]) {
        var room = ByteRoom(64)
        appendStatusLine(head.status, head.version, to: &room)
        bytes.append(contentsOf: room.written)
        bytes.append(contentsOf: head.fields.wireBytes)
        appendLineEnd(to: &bytes)
    }

    /// A head's first line (RFC 9112 §3).
    static func appendRequestLine(
        _ method: HTTPMethod, _ target: String, _ version: HTTPVersion = .http1_1, to room: inout ByteRoom
    ) {
        appendVisible(method.rawValue, to: &room)
        room.append(UInt8(ascii: " "))
        appendVisible(target, to: &room)
        room.append(text: version == .http1_1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n")
    }

    /// An answer's first line (RFC 9112 §4).
    static func appendStatusLine(_ status: HTTPStatus, _ version: HTTPVersion = .http1_1, to room: inout ByteRoom) {
        // What nearly every answer begins with is written at once.
        if status == 200, version == .http1_1 { return room.append(text: "HTTP/1.1 200 OK\r\n") }
        room.append(text: text(version))
        room.append(UInt8(ascii: " "))
        room.append(decimal: min(max(status.code, 100), 999))
        room.append(UInt8(ascii: " "))
        room.append(text: status.reason)
        room.appendLineEnd()
    }

    /// Ends a line; after a field, a second time, the head.
    @inline(__always)
    static func appendLineEnd(to bytes: inout [UInt8]) {
        bytes.append(13)
        bytes.append(10)
    }

    /// The line before a chunk's data.
    /// - Parameter count: bytes; a chunk of 0 would end the message, so nothing is written for it.
    package static func appendChunkStart(_ count: Int, to bytes: inout [UInt8]) {
        guard count > 0 else { return }
        bytes.append(text: String(count, radix: 16))
        appendLineEnd(to: &bytes)
    }

    /// The line end behind the data of a chunk that was not empty.
    package static func appendChunkEnd(to bytes: inout [UInt8]) {
        appendLineEnd(to: &bytes)
    }

    /// The chunk of size 0, the trailers and the empty line (RFC 9112 §7.1).
    package static func appendLastChunk(trailers: HTTPFields? = nil, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0"))
        appendLineEnd(to: &bytes)
        if let trailers { bytes.append(contentsOf: trailers.wireBytes) }
        appendLineEnd(to: &bytes)
    }

    private static func text(_ version: HTTPVersion) -> String {
        switch version {
        case .http1_0: "HTTP/1.0"
        case .http1_1: "HTTP/1.1"
        }
    }

    /// Spaces, control characters and bytes above ASCII are percent-encoded, so that no text can end the line.
    private static func appendVisible(_ text: String, to room: inout ByteRoom) {
        let source = text.utf8.span
        guard ByteScan.firstInvisible(in: source, from: 0) != nil else { return room.append(source) }
        for index in source.indices {
            if isVisible(source[index]) { room.append(source[index]) } else { appendEscape(source[index], to: &room) }
        }
    }

    private static func isVisible(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F
    }

    private static func appendEscape(_ byte: UInt8, to room: inout ByteRoom) {
        let digits = "0123456789ABCDEF".utf8.span
        room.append(UInt8(ascii: "%"))
        room.append(digits[Int(byte >> 4)])
        room.append(digits[Int(byte & 15)])
    }
}
