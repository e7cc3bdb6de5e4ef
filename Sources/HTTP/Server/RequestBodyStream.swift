package import Transport

/// The body of one request, read from its connection as the handler asks.
struct RequestBodyStream: HTTPBodyStream {
    let connection: HTTPServerConnection
    let exchange: Int

    func arrived() throws -> ArrivedBody? {
        if try connection.hasEnded(exchange) { return .end }
        guard connection.loop.isCurrent else { return nil }
        return try connection.assumeIsolated { $0.arrivedContent() }.get()
    }

    func next() async throws -> ArraySlice<UInt8>? {
        try await connection.nextBodyBytes(of: exchange)
    }
}

/// Why a request's body could not be read to its end.
package enum RequestBodyError: Error, Sendable, Hashable {
    /// The client went away, or was too slow.
    case lost(ConnectionError)
    /// Broken framing, or too large.
    case malformed(HTTPParseError)
    /// The request was answered already.
    case tooLate
}
