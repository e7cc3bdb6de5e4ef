extension HTTP1Parser {
    /// All of the content, where it has come with the head that was told last; then `next` goes on with the next message.
    package mutating func takeContent() -> ArraySlice<UInt8>? {
        switch phase {
        case .end:
            reset(to: .startLine)
            return []
        case .body(let count) where count <= buffer.count:
            let content = buffer.prefix(count)
            consume(count)
            reset(to: .startLine)
            return content
        case .startLine, .fields, .body, .chunkData, .chunkLine, .chunkEnd, .trailers, .untilClose, .failed: return nil
        }
    }

    mutating func readBody(_ count: Int) -> Event? {
        guard count > 0 else {
            phase = .end
            return nil
        }
        guard let piece = takePiece(upTo: count) else { return .needsMore }
        phase = .body(count - piece.count)
        return .body(piece)
    }

    /// Content without a declared end; the limit is all that bounds it.
    mutating func readUntilClose() throws(HTTPParseError) -> Event? {
        // Up to the limit first, so that the outcome does not depend on how the bytes were cut.
        if received == limits.body, !buffer.isEmpty { throw HTTPParseError(.bodyTooLarge, "the content is above the limit") }
        guard let piece = takePiece(upTo: limits.body - received) else { return .needsMore }
        received += piece.count
        return .body(piece)
    }

    mutating func readChunkLine() throws(HTTPParseError) -> Event? {
        switch nextLine(limit: limits.chunkLine) {
        case .needsMore: return .needsMore
        case .tooLong: throw HTTPParseError(.chunk, "a chunk's first line is too long")
        case .control: throw HTTPParseError(.chunk, "a chunk's first line holds a control character")
        case .line(let line):
            let chunk = try HTTP1ChunkLine(line, of: buffer.span)
            consume(scanner.start)
            try begin(chunk)
        }
        return nil
    }

    private mutating func begin(_ chunk: HTTP1ChunkLine) throws(HTTPParseError) {
        // Small chunks with large extensions would cost much and carry nothing (RFC 9112 §7.1.1).
        extensionBytes += chunk.extensionBytes
        guard extensionBytes <= limits.chunkLine * 4 else { throw HTTPParseError(.chunk, "there are too many chunk extensions") }
        guard chunk.size <= limits.body - received else { throw HTTPParseError(.bodyTooLarge, "the chunks are above the limit") }
        received += chunk.size
        fieldsStart = 0
        phase = chunk.size == 0 ? .trailers : .chunkData(chunk.size)
    }

    mutating func readChunkData(_ count: Int) -> Event? {
        guard let piece = takePiece(upTo: count) else { return .needsMore }
        phase = count == piece.count ? .chunkEnd : .chunkData(count - piece.count)
        return .body(piece)
    }

    /// The CRLF behind a chunk's data (RFC 9112 §7.1).
    mutating func readChunkEnd() throws(HTTPParseError) -> Event? {
        guard let first = buffer.first else { return .needsMore }
        guard first == 13, buffer.dropFirst().first ?? 10 == 10 else {
            throw HTTPParseError(.chunk, "a chunk's data is not followed by a line end")
        }
        guard buffer.count >= 2 else { return .needsMore }
        consume(2)
        phase = .chunkLine
        return nil
    }

    mutating func readTrailers() throws(HTTPParseError) -> Event? {
        guard let fields = try readFieldLines(limit: limits.trailers) else { return .needsMore }
        reset(to: .startLine)
        return .end(trailers: HTTP1Trailers.kept(of: fields))
    }

    /// What is there of the next bytes, not copied.
    private mutating func takePiece(upTo count: Int) -> ArraySlice<UInt8>? {
        guard !buffer.isEmpty else { return nil }
        let piece = buffer.prefix(count)
        consume(piece.count)
        return piece
    }
}
