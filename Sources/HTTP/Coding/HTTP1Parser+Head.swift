extension HTTP1Parser {
    /// Empty lines before a request that are passed over; RFC 9112 §2.2 asks for at least one.
    private static let maximumEmptyLines = 4

    mutating func readStartLine() throws(HTTPParseError) -> Event? {
        guard let first = buffer.first else { return .needsMore }
        try checkFirst(first)
        switch nextLine(limit: limits.requestLine) {
        case .needsMore: return .needsMore
        case .control: throw HTTPParseError(role == .requests ? .requestLine : .statusLine, "the first line holds a control character")
        case .tooLong: throw HTTPParseError(role == .requests ? .requestLineTooLong : .headTooLarge, "the first line is too long")
        case .line(let line) where line.isEmpty:
            emptyLines += 1
            guard emptyLines <= Self.maximumEmptyLines else { throw HTTPParseError(.requestLine, "too many empty lines before a request") }
            consume(2)
        case .line(let line):
            switch role {
            case .requests: startLine = try HTTP1StartLine(requestLine: line, of: buffer.span)
            case .responses: startLine = try HTTP1StartLine(statusLine: line, of: buffer.span)
            }
            fieldsStart = scanner.start
            entries = []
            entries.reserveCapacity(16)
            phase = .fields
        }
        return nil
    }

    /// Refuses what cannot become a message without waiting for its first line, such as a TLS greeting.
    private func checkFirst(_ byte: UInt8) throws(HTTPParseError) {
        switch role {
        case .requests:
            guard HTTP1Bytes.isToken(byte) || byte == 13 else { throw HTTPParseError(.requestLine, "a request starts with no method") }
        case .responses:
            guard !awaited.isEmpty else { throw HTTPParseError(.unexpectedResponse, "a response came without a request") }
            guard byte == UInt8(ascii: "H") else { throw HTTPParseError(.statusLine, "a response does not start with HTTP/") }
        }
    }

    mutating func readFields() throws(HTTPParseError) -> Event? {
        guard let fields = try readFieldLines(limit: limits.head) else { return .needsMore }
        switch startLine.take() {
        case .request(let method, let target, let version): return try finishRequest(method, target, version, fields)
        case .status(let version, let status): return try finishResponse(version, status, fields)
        case nil: preconditionFailure("fields are read after a first line")
        }
    }

    /// Field lines to the empty line, which are then consumed; nil: more bytes are needed.
    mutating func readFieldLines(limit: Int) throws(HTTPParseError) -> HTTPFields? {
        // Taken out, because the span borrows the whole parser.
        var lines = HTTP1FieldLines(scanner: scanner, entries: entries)
        entries = []
        let end = try lines.read(buffer.span, from: fieldsStart, limit: limit, maximumCount: limits.fieldCount)
        (scanner, entries) = (lines.scanner, lines.entries)
        return end.map { takeFields(to: $0) }
    }

    private mutating func takeFields(to end: Int) -> HTTPFields {
        let base = buffer.startIndex
        let fields = HTTPFields(wireBytes: Array(buffer[base + fieldsStart..<base + end]), entries: entries)
        entries = []
        consume(end + 2)
        return fields
    }

    private mutating func finishRequest(
        _ method: HTTPMethod, _ target: HTTP1Target, _ version: HTTPVersion, _ fields: HTTPFields
    ) throws(HTTPParseError) -> Event {
        try checkHost(fields, version)
        let framing = try HTTP1Framing.ofRequest(fields, version, limit: limits.body)
        var head = HTTPRequestHead(method: method, target: target.text, version: version, fields: fields)
        // RFC 9112 §3.2.2: what an absolute-form names counts, not the Host field.
        if let authority = target.authority { head.fields.set(.host, authority) }
        begin(framing)
        return .requestHead(head, framing)
    }

    /// Exactly one valid Host, which only HTTP/1.0 may leave out (RFC 9112 §3.2).
    private func checkHost(_ fields: HTTPFields, _ version: HTTPVersion) throws(HTTPParseError) {
        guard let index = fields.firstIndex(of: .host) else {
            guard version == .http1_0 else { throw HTTPParseError(.host, "there is no Host field") }
            return
        }
        guard HTTP1Host.isValid(fields.value(at: index), of: fields.room.bytes.span) else {
            throw HTTPParseError(.host, "the Host field is not a host")
        }
        guard fields.firstIndex(of: .host, from: index + 1) == nil else { throw HTTPParseError(.host, "there are several Host fields") }
    }

    private mutating func finishResponse(
        _ version: HTTPVersion, _ status: HTTPStatus, _ fields: HTTPFields
    ) throws(HTTPParseError) -> Event {
        // RFC 9110 §15.2.2: nobody here asks to switch protocols.
        guard status != 101, let method = awaited.first else {
            throw HTTPParseError(.unexpectedResponse, "the peer switches protocols unasked")
        }
        let framing = try HTTP1Framing.ofResponse(status, to: method, fields, version, limit: limits.body)
        isBetweenHeads = status.isInformational
        if isBetweenHeads {
            reset(to: .startLine)
        } else {
            if awaited.count == 1 { awaited.removeLast() } else { awaited.removeFirst() }
            begin(framing)
        }
        return .responseHead(HTTPResponseHead(version: version, status: status, fields: fields), framing)
    }

    private mutating func begin(_ framing: BodyFraming) {
        switch framing {
        case .none: phase = .end
        case .length(let count): phase = .body(count)
        case .chunked: phase = .chunkLine
        case .untilClose: phase = .untilClose
        }
    }
}
