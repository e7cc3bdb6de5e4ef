package import HTTP

/// Something that a task made.
package struct TaskOutput: Sendable {
    package var content: Content
    /// By its first bytes; nil: none that is known here.
    package var type: MediaType?
    package var role: Role
    package var revisedPrompt: String?

    package init(_ content: Content, type: MediaType?, role: Role = .result, revisedPrompt: String? = nil) {
        self.content = content
        self.type = type
        self.role = role
        self.revisedPrompt = revisedPrompt
    }

    package enum Content: Sendable {
        /// A name in the media store.
        case stored(String)
        /// The provider's own URL: it could not be fetched.
        case remote(String)
        /// Never stored: gone with the process.
        case memory(ByteSource)
    }

    package enum Role: String, Sendable, CaseIterable { case result, thumbnail, spritesheet }
}

/// Why a task ended without a result, in the words that its owner gets.
package struct TaskFailure: Error, Sendable, Hashable {
    /// HTTP status where the failure answers a call.
    package var status: Int
    package var type: String
    package var code: String
    package var field: String?
    package var message: String
    package var retryAfter: Duration?
    /// false: a repeat might buy the same thing twice.
    package var shouldRetry: Bool?

    package init(
        status: Int, type: String, code: String, field: String? = nil, message: String, retryAfter: Duration? = nil,
        shouldRetry: Bool? = nil
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.field = field
        self.message = message
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
    }
}

/// Where a finished video lives at its provider: only that one can remix, edit or extend it.
package struct TaskOrigin: Sendable, Hashable {
    package var candidate: Candidate
    package var operation: RemoteOperation

    package init(candidate: Candidate, operation: RemoteOperation) {
        self.candidate = candidate
        self.operation = operation
    }
}
