package import HTTP

/// A message as a test reads it off the wire.
package struct RawMessage<Head: Sendable>: Sendable {
    package var head: Head
    package var body: [UInt8]
    package var trailers: HTTPFields?

    package init(head: Head, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// The peer ended where a message should have been.
package struct NoMessage: Error {}

extension RawConnection {
    /// The next whole request.
    package func readRequest() async throws -> RawMessage<HTTPRequestHead> {
        let head = try await readRequestHead()
        var message = RawMessage(head: head)
        while let event = try await nextEvent(of: .requests) {
            if case .body(let bytes) = event { message.body += bytes }
            if case .end(let trailers) = event {
                message.trailers = trailers
                return message
            }
        }
        throw NoMessage()
    }

    /// The head of the next request alone.
    package func readRequestHead() async throws -> HTTPRequestHead {
        guard case .requestHead(let head, _)? = try await nextEvent(of: .requests) else { throw NoMessage() }
        return head
    }

    /// The next whole response, interim ones included.
    package func readResponse(to method: HTTPMethod = .get) async throws -> RawMessage<HTTPResponseHead> {
        responses.expectResponse(to: method)
        guard case .responseHead(let head, _)? = try await nextEvent(of: .responses) else { throw NoMessage() }
        var message = RawMessage(head: head)
        while let event = try await nextEvent(of: .responses) {
            if case .body(let bytes) = event { message.body += bytes }
            if case .end(let trailers) = event {
                message.trailers = trailers
                return message
            }
        }
        throw NoMessage()
    }

    /// nil when the peer has ended between messages.
    private func nextEvent(of role: HTTP1Parser.Role) async throws -> HTTP1Parser.Event? {
        while true {
            let event = try withParser(role) { parser throws(HTTPParseError) in try parser.next() }
            guard event == .needsMore else { return event }
            guard let bytes = try await read() else {
                return try withParser(role) { parser throws(HTTPParseError) in try parser.finish() }
            }
            withParser(role) { $0.append(bytes) }
        }
    }

    private func withParser<Value, Failure: Error>(
        _ role: HTTP1Parser.Role, _ body: (inout HTTP1Parser) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        switch role {
        case .requests: try body(&requests)
        case .responses: try body(&responses)
        }
    }
}
