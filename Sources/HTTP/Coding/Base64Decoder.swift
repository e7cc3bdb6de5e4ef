/// Decodes a base64 text that comes in pieces, as strictly as `Base64.decode`.
package struct Base64Decoder: Sendable {
    /// The characters of a group that is not whole yet, and always the last whole group: only the end tells whether it may be padded.
    private var rest: [UInt8] = []
    private var consumed = 0

    package init() {}

    /// The bytes that are certain by now; may be none.
    package mutating func append(_ text: ArraySlice<UInt8>) throws(Base64Error) -> [UInt8] {
        rest.append(contentsOf: text)
        let whole = max(0, (rest.count - 1) / 4 * 4)
        guard whole > 0 else { return [] }
        defer {
            rest.removeSubrange(..<whole)
            consumed += whole
        }
        // Padding inside would be hidden by decoding piece by piece.
        if rest[whole - 1] == UInt8(ascii: "=") { throw Base64Error(offset: consumed + whole - 1, problem: .padding) }
        return try decode(rest[..<whole])
    }

    /// The last bytes.
    /// - Throws: where the text ends inside a group.
    package mutating func finish() throws(Base64Error) -> [UInt8] {
        defer { rest = [] }
        return try decode(rest[...])
    }

    private func decode(_ text: ArraySlice<UInt8>) throws(Base64Error) -> [UInt8] {
        do {
            return try Base64.decode(text)
        } catch {
            throw Base64Error(offset: consumed + error.offset, problem: error.problem)
        }
    }
}

/// Hands out the bytes of a long base64 text piece by piece, so that they never are in memory as a whole.
package struct Base64Pieces: Sendable {
    private let text: String
    /// Characters that are done.
    private var place = 0

    package init(_ text: String) {
        self.text = text
    }

    /// The next bytes, at most 192 KiB; nil at the end.
    package mutating func next() throws(Base64Error) -> [UInt8]? {
        let characters = text.utf8Span.span
        guard place < characters.count else { return nil }
        let end = min(place + Self.pieceSize, characters.count)
        // Padding inside would be hidden by decoding piece by piece.
        if end < characters.count, characters[end - 1] == UInt8(ascii: "=") { throw Base64Error(offset: end - 1, problem: .padding) }
        defer { place = end }
        do {
            return try Base64.decode(characters.extracting(place..<end))
        } catch {
            throw Base64Error(offset: place + error.offset, problem: error.problem)
        }
    }

    /// Characters, in whole groups.
    private static var pieceSize: Int { 256 << 10 }
}
