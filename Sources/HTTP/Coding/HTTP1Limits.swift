/// How much of one message is taken.
package struct HTTPLimits: Sendable, Hashable {
    /// Bytes of the request or status line with its CRLF.
    package var requestLine: Int
    /// Bytes from the first of the request line to the empty line's last.
    package var head: Int
    /// Lines in a head, and in trailers.
    package var fieldCount: Int
    /// Bytes of the line before a chunk with its CRLF; a body's chunk extensions together may take four times as much.
    package var chunkLine: Int
    /// Bytes of the trailers with the empty line.
    package var trailers: Int
    /// Bytes of content, without the framing of chunks.
    package var body: Int

    package init(
        requestLine: Int = 16 << 10, head: Int = 32 << 10, fieldCount: Int = 128, chunkLine: Int = 4 << 10, trailers: Int = 8 << 10,
        body: Int = .max
    ) {
        self.requestLine = requestLine
        self.head = head
        self.fieldCount = fieldCount
        self.chunkLine = chunkLine
        self.trailers = trailers
        self.body = body
    }
}
