import Synchronization
import Transport

extension HTTPClientConnection {
    /// The answer, as soon as its head is there.
    @inline(never)
    func response(to call: HTTPClientCall) throws(HTTPClientError) -> HTTPClientResponse? {
        guard let head = try head() else { return nil }
        let body = try DecodedBodyStream.make(content(), head.fields, length: contentLength, call.request.maximumBody)
        return HTTPClientResponse(head: head, body: body, length: contentLength)
    }

    private func head() throws(HTTPClientError) -> HTTPResponseHead? {
        if let earlyHead { return earlyHead }
        return try parseHead()
    }

    /// The final head if it is there; interim ones are passed over.
    func parseHead() throws(HTTPClientError) -> HTTPResponseHead? {
        while true {
            switch try parse() {
            case .responseHead(let head, let framing):
                if head.status.code < 200 { continue }
                if case .length(let length) = framing { contentLength = length }
                if framing == .untilClose || !head.fields.keepsAlive(head.version) { isReusable = false }
                return head
            case .needsMore: return nil
            case .requestHead, .body, .end: throw HTTPClientError(.malformed, "unexpected bytes before a head")
            }
        }
    }

    /// The content of the answer whose head was read last; where it has come, too, the exchange has ended.
    private func content() -> any HTTPBodyStream {
        guard let content = parser.takeContent() else {
            return ResponseBodyStream(connection: self, exchange: number.load(ordering: .relaxed))
        }
        exchangeEnded()
        return ArrivedBodyStream(content)
    }

    /// What is there of the content. After an error the connection is closed.
    func arrivedContent() -> Result<ArrivedBody?, HTTPClientError> {
        do throws(HTTPClientError) { return .success(try arrivedBody()) } catch {
            connection.close()
            return .failure(error)
        }
    }

    private func arrivedBody() throws(HTTPClientError) -> ArrivedBody? {
        switch try parse() {
        case .body(let bytes):
            // Where the length was told, the last bytes are the end.
            if parser.takeContent() != nil { exchangeEnded() }
            return .bytes(bytes)
        case .end:
            exchangeEnded()
            return .end
        case .needsMore: return nil
        case .requestHead, .responseHead: throw HTTPClientError(.malformed, "a head inside a body")
        }
    }

    /// The content's next bytes; nil at its end, with the connection given back. After an error the connection is closed.
    func nextBodyBytes(of exchange: Int) async throws(HTTPClientError) -> ArraySlice<UInt8>? {
        guard isCurrent(exchange) else { return nil }
        do throws(HTTPClientError) { return try await nextBodyBytes() } catch {
            connection.close()
            throw error
        }
    }

    private func nextBodyBytes() async throws(HTTPClientError) -> ArraySlice<UInt8>? {
        while true {
            switch try arrivedBody() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case nil: if try await !readMore() { return nil }
            }
        }
    }

    private func parse() throws(HTTPClientError) -> HTTP1Parser.Event {
        do throws(HTTPParseError) { return try parser.next() } catch {
            isReusable = false
            throw HTTPClientError(error.kind == .bodyTooLarge ? .tooLarge : .malformed, error.message)
        }
    }

    /// False when the close of the connection was the proper end of the content.
    @discardableResult
    @inline(__always)
    func readMore() async throws(HTTPClientError) -> Bool {
        let bytes: ArraySlice<UInt8>?
        do throws(ConnectionError) { bytes = try await connection.read(deadline: deadline) } catch { throw failure(error) }
        return try take(bytes)
    }

    @inline(never)
    private func take(_ bytes: consuming ArraySlice<UInt8>?) throws(HTTPClientError) -> Bool {
        guard let bytes else {
            try inputEnded()
            return false
        }
        hasAnswer = true
        tally?.received(bytes.count)
        parser.append(bytes)
        return true
    }

    /// The upstream has closed the connection.
    private func inputEnded() throws(HTTPClientError) {
        isReusable = false
        if !hasAnswer { throw failure(ConnectionError(.reset, "closed without an answer")) }
        do throws(HTTPParseError) { _ = try parser.finish() } catch { throw HTTPClientError(.reset, "the answer is cut short") }
        exchangeEnded()
    }
}
