package import HTTP
package import Media

/// Bytes from elsewhere, and what they are by their first ones.
package struct FetchedMedia: Sendable {
    package var content: ByteSource
    package var type: MediaType

    package init(content: ByteSource, type: MediaType) {
        self.content = content
        self.type = type
    }
}

extension FetchError {
    init(_ error: FetchTransportError) {
        switch error.kind {
        case .unreachable, .failed, .timedOut: self.init(.unreachable, detail: error.message)
        case .cancelled: self.init(.cancelled, detail: error.message)
        }
    }
}
