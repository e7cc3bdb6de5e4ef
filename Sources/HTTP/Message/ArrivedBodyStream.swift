import Synchronization

/// A body that came with its head: whoever reads it need not ask the connection.
final class ArrivedBodyStream: HTTPBodyStream {
    /// Let go of when it is read, for the stream may live as long as its request.
    private let unread: Mutex<ArraySlice<UInt8>>

    init(_ bytes: ArraySlice<UInt8>) {
        unread = Mutex(bytes)
    }

    func arrived() throws -> ArrivedBody? {
        let bytes = take()
        return bytes.isEmpty ? .end : .bytes(bytes)
    }

    func next() async throws -> ArraySlice<UInt8>? {
        let bytes = take()
        return bytes.isEmpty ? nil : bytes
    }

    private func take() -> ArraySlice<UInt8> {
        unread.withLock { unread in
            defer { unread = [] }
            return unread
        }
    }
}
