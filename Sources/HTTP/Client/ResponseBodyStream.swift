import Transport

/// An answer's content on its connection.
struct ResponseBodyStream: HTTPBodyStream {
    let connection: HTTPClientConnection
    let exchange: Int

    func arrived() throws -> ArrivedBody? {
        guard connection.isCurrent(exchange) else { return .end }
        guard connection.loop.isCurrent else { return nil }
        return try connection.assumeIsolated { $0.arrivedContent() }.get()
    }

    func next() async throws -> ArraySlice<UInt8>? {
        let (connection, exchange) = (connection, exchange)
        return try await withTaskCancellationHandler {
            try await connection.nextBodyBytes(of: exchange)
        } onCancel: {
            connection.loop.execute { connection.assumeIsolated { $0.abort(exchange: exchange) } }
        }
    }
}

extension HTTPBody {
    /// Empty for a stream, which cannot be sent upstream.
    var pieceList: [ByteSource] {
        switch self {
        case .pieces(let pieces): pieces
        case .none, .stream: []
        }
    }
}
