/// Messages into bytes (RFC 9112): what it writes, `HTTP1Parser` reads back as the same values.
package enum HTTP1Serializer {
    /// The request line, the fields and the empty line.
    package static func append(_ head: HTTPRequestHead, to bytes: inout [UInt8]) {
        appendVisible(head.method.rawValue, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        appendVisible(head.target, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: text(head.version).utf8)
        appendFields(head.fields, to: &bytes)
    }

    /// The status line with the code's phrase, the fields and the empty line.
    package static func append(_ head: HTTPResponseHead, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text(head.version).utf8)
        bytes.append(UInt8(ascii: " "))
        appendDecimal(min(max(head.status.code, 100), 999), to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: head.status.reason.utf8)
        appendFields(head.fields, to: &bytes)
    }

    /// The line before a chunk's data.
    /// - Parameter count: bytes; a chunk of 0 would end the message, so nothing is written for it.
    package static func appendChunkStart(_ count: Int, to bytes: inout [UInt8]) {
        guard count > 0 else { return }
        bytes.append(contentsOf: String(count, radix: 16).utf8)
        appendLineEnd(to: &bytes)
    }

    /// The line end behind the data of a chunk that was not empty.
    package static func appendChunkEnd(to bytes: inout [UInt8]) {
        appendLineEnd(to: &bytes)
    }

    /// The chunk of size 0, the trailers and the empty line (RFC 9112 §7.1).
    package static func appendLastChunk(trailers: HTTPFields? = nil, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0"))
        appendFields(trailers ?? HTTPFields(), to: &bytes)
    }

    /// Ends a line, then writes the fields and the empty line.
    private static func appendFields(_ fields: HTTPFields, to bytes: inout [UInt8]) {
        appendLineEnd(to: &bytes)
        bytes.append(contentsOf: fields.wireBytes)
        appendLineEnd(to: &bytes)
    }

    private static func appendLineEnd(to bytes: inout [UInt8]) {
        bytes.append(13)
        bytes.append(10)
    }

    private static func text(_ version: HTTPVersion) -> String {
        switch version {
        case .http1_0: "HTTP/1.0"
        case .http1_1: "HTTP/1.1"
        }
    }

    private static func appendDecimal(_ code: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(code / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(code / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(code % 10))
    }

    /// Spaces, control characters and bytes above ASCII are percent-encoded, so that no text can end the line.
    private static func appendVisible(_ text: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[start...].allSatisfy(isVisible) else { return }
        bytes.removeSubrange(start...)
        for byte in text.utf8 {
            if isVisible(byte) { bytes.append(byte) } else { appendEscape(byte, to: &bytes) }
        }
    }

    private static func isVisible(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
