/// The content of a message, read by whoever sends or handles it.
package enum HTTPBody: Sendable {
    case none
    /// Pieces of known length, in order; can be sent again byte for byte.
    case pieces([ByteSource])
    /// Arrives while it is read; `length` in bytes where the sender told it.
    case stream(any HTTPBodyStream, length: Int?)

    package init(_ bytes: some Collection<UInt8>) {
        self = .pieces([ByteSource(bytes)])
    }

    package init(_ bytes: [UInt8]) {
        self = .pieces([ByteSource(bytes)])
    }

    /// Bytes; nil where only the end will tell.
    package var length: Int? {
        switch self {
        case .none: 0
        case .pieces(let pieces): pieces.reduce(0) { $0 + $1.count }
        case .stream(_, let length): length
        }
    }
}

/// Bytes that arrive over time, with back-pressure: nothing is read from the peer unless it is asked for.
package protocol HTTPBodyStream: Sendable {
    /// The next bytes, at least one; nil at the end.
    func next() async throws -> ArraySlice<UInt8>?
    /// What `next` would tell, where it need not wait; nil where it may have to.
    func arrived() throws -> ArrivedBody?
}

/// What is there of a body without waiting.
package enum ArrivedBody: Sendable {
    /// At least one byte.
    case bytes(ArraySlice<UInt8>)
    case end
}

extension HTTPBodyStream {
    package func arrived() throws -> ArrivedBody? { nil }

    /// All of a body, from here on.
    /// - Parameter expected: bytes to make room for.
    package func collect(expected: Int? = nil) async throws -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(expected ?? 0)
        while true {
            if let arrived = try arrived() {
                guard case .bytes(let bytes) = arrived else { return content }
                content.append(contentsOf: bytes)
            } else {
                guard let bytes = try await next() else { return content }
                content.append(contentsOf: bytes)
            }
        }
    }
}
