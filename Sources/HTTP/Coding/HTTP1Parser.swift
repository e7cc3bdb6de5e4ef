/// Bytes in, messages out: HTTP/1.1 of either direction (RFC 9112), strict, without input or output of its own.
///
/// Give it bytes with `append`, then call `next` until it needs more. What it says does not depend on how the bytes were cut.
package struct HTTP1Parser: Sendable {
    package enum Role: Sendable {
        case requests, responses
    }

    package enum Event: Sendable, Equatable {
        case needsMore
        case requestHead(HTTPRequestHead, BodyFraming)
        /// An interim (1xx) head has no `end`: the final head follows.
        case responseHead(HTTPResponseHead, BodyFraming)
        /// At least one byte.
        case body(ArraySlice<UInt8>)
        /// After every message but interim responses, with or without content. The next message may follow.
        case end(trailers: HTTPFields?)
    }

    enum Phase: Sendable {
        case startLine, fields
        /// Bytes still to come.
        case body(Int), chunkData(Int)
        case chunkLine, chunkEnd, trailers, untilClose
        /// The `end` event is due.
        case end
        case failed(HTTPParseError)
    }

    let role: Role
    let limits: HTTPLimits
    /// What has not been consumed; a head, a line or trailers stay until they are whole.
    var buffer: ArraySlice<UInt8> = []
    var phase = Phase.startLine
    var scanner = HTTP1LineScanner()
    var startLine: HTTP1StartLine?
    var entries: [HTTPFields.Entry] = []
    /// Offset of the first field line.
    var fieldsStart = 0
    var emptyLines = 0
    /// Methods whose final responses are to come.
    var awaited: [HTTPMethod] = []
    /// An interim response came, the final one has not begun.
    var isBetweenHeads = false
    /// Content bytes of this message, and bytes of its chunk extensions.
    var received = 0
    var extensionBytes = 0

    package init(_ role: Role, limits: HTTPLimits = HTTPLimits()) {
        self.role = role
        self.limits = limits
    }

    /// Takes bytes over; they are not copied where nothing is left over from before.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        if case .failed = phase { return }
        if buffer.isEmpty { buffer = bytes } else { buffer.append(contentsOf: bytes) }
    }

    /// Tells that a request with this method was sent; its response is read accordingly. Without it a response is refused.
    package mutating func expectResponse(to method: HTTPMethod) {
        awaited.append(method)
    }

    /// Between messages: nothing is buffered, and no response is awaited.
    package var isIdle: Bool {
        if case .startLine = phase { buffer.isEmpty && awaited.isEmpty } else { false }
    }

    /// What was not parsed, for a connection that leaves HTTP.
    package mutating func takeBuffered() -> ArraySlice<UInt8> {
        defer { reset(to: .startLine) }
        let rest = buffer
        buffer = []
        return rest
    }

    /// The next event. After an error the parser repeats it.
    package mutating func next() throws(HTTPParseError) -> Event {
        do {
            while true {
                if let event = try step() { return event }
            }
        } catch {
            phase = .failed(error)
            buffer = []
            throw error
        }
    }

    /// The peer has closed; to be called after `next` needed more.
    /// - Returns: the end of content that only the close could end, or nil where no message had begun.
    /// - Throws: `truncated` inside a message.
    package mutating func finish() throws(HTTPParseError) -> Event? {
        switch phase {
        case .startLine where buffer.isEmpty && !isBetweenHeads: return nil
        case .untilClose where buffer.isEmpty:
            reset(to: .startLine)
            return .end(trailers: nil)
        case .failed(let error): throw error
        case .startLine, .fields, .body, .chunkData, .chunkLine, .chunkEnd, .trailers, .untilClose, .end:
            let error = HTTPParseError(.truncated, "the connection ended inside a message")
            phase = .failed(error)
            throw error
        }
    }

    /// Does what the phase asks for; nil: the phase has changed, go on.
    private mutating func step() throws(HTTPParseError) -> Event? {
        switch phase {
        case .startLine: return try readStartLine()
        case .fields: return try readFields()
        case .body(let count): return readBody(count)
        case .chunkLine: return try readChunkLine()
        case .chunkData(let count): return readChunkData(count)
        case .chunkEnd: return try readChunkEnd()
        case .trailers: return try readTrailers()
        case .untilClose: return try readUntilClose()
        case .end:
            reset(to: .startLine)
            return .end(trailers: nil)
        case .failed(let error): throw error
        }
    }

    /// The next whole line of what is buffered.
    mutating func nextLine(limit: Int) -> HTTP1LineScanner.Outcome {
        // A copy, because the span borrows the whole parser.
        var scanner = scanner
        let outcome = scanner.next(in: buffer.span, limit: limit)
        self.scanner = scanner
        return outcome
    }

    /// Drops consumed bytes and looks for lines anew.
    mutating func consume(_ count: Int) {
        if count == buffer.count { buffer = [] } else { buffer.removeFirst(count) }
        scanner = HTTP1LineScanner()
    }

    mutating func reset(to phase: Phase) {
        self.phase = phase
        scanner = HTTP1LineScanner()
        startLine = nil
        emptyLines = 0
        received = 0
        extensionBytes = 0
    }
}
