/// Base64 with the standard alphabet (RFC 4648 §4).
package enum Base64 {
    /// The text of some bytes, padded.
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes[...])
    }

    package static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        String(repairing: encodedBytes(bytes).span)
    }

    /// The text of some bytes as ASCII, for who goes on writing bytes.
    package static func encodedBytes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text = [UInt8](repeating: UInt8(ascii: "="), count: encodedCount(of: bytes.count))
        Base64Coding.encode(bytes.span, into: &text)
        return text
    }

    /// The bytes of a text. Padding is required and white space refused; the unused bits of a last group may be anything.
    package static func decode(_ text: String) throws(Base64Error) -> [UInt8] {
        try decode(text.utf8Span.span)
    }

    package static func decode(_ text: Substring) throws(Base64Error) -> [UInt8] {
        try decode(text.utf8Span.span)
    }

    package static func decode(_ text: [UInt8]) throws(Base64Error) -> [UInt8] {
        try decode(text.span)
    }

    package static func decode(_ text: ArraySlice<UInt8>) throws(Base64Error) -> [UInt8] {
        try decode(text.span)
    }

    /// Whether `decode` takes a text.
    package static func takes(_ text: Span<UInt8>) -> Bool { text.count % 4 == 0 && Base64Coding.takes(text) }

    /// Characters, padding included, for so many bytes.
    package static func encodedCount(of byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    static func decode(_ text: Span<UInt8>) throws(Base64Error) -> [UInt8] {
        guard text.count % 4 == 0 else { throw Base64Error(offset: text.count, problem: .length) }
        var decoded: [UInt8] = []
        decoded.append(addingCapacity: text.count / 4 * 3) { $0.append(repeating: 0, count: text.count / 4 * 3) }
        let count = try Base64Coding.decode(text, into: &decoded)
        decoded.removeLast(decoded.count - count)
        return decoded
    }
}

/// Why a text is not base64.
package struct Base64Error: Error, Sendable, Hashable {
    package enum Problem: Sendable { case length, character, padding }

    /// Characters from the start of the text.
    package var offset: Int
    package var problem: Problem
}
