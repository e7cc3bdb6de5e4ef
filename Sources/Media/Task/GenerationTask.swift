package import HTTP

/// A generation that outlives its request: what is kept of it, and what its owner is told.
package struct GenerationTask: Sendable {
    /// `image_` or `video_` and 130 random bits; never guessed, and nobody's but its owner's.
    package let id: String
    /// The name of the API key that asked.
    package let owner: String
    package let order: TaskOrder
    package var phase: Phase
    /// Percent as the provider tells it; nil: it tells none.
    package var reportedProgress: Int?
    /// The provider has taken the job but not begun it.
    package var isQueuedUpstream: Bool
    /// Seconds since 1970, like every time of a task.
    package let createdAt: Int
    /// When the first attempt began.
    package var startedAt: Int?
    package var completedAt: Int?
    /// When row and files go.
    package var expiresAt: Int
    package var attempts: [Attempt]
    package var warnings: [Warning]
    package var outputs: [TaskOutput]
    /// `background`, `quality`, `size`... as the provider tells them.
    package var details: JSONObject
    package var usage: JSONObject?
    /// USD; nil: unknown.
    package var cost: Double?
    /// Why there is no result.
    package var failure: TaskFailure?
    /// The provider's own names for what it made, for edits, remixes and extensions of it.
    package var origin: TaskOrigin?
    /// Counts the saves: a save over a newer row is refused.
    package var version: Int

    package init(id: String, owner: String, order: TaskOrder, phase: Phase = .accepted, createdAt: Int, expiresAt: Int) {
        self.id = id
        self.owner = owner
        self.order = order
        self.phase = phase
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        isQueuedUpstream = false
        attempts = []
        warnings = []
        outputs = []
        details = [:]
        version = 0
    }

    /// Where a task is. Every step is durable before the next deed.
    package enum Phase: Sendable, Hashable {
        /// Nothing was sent.
        case accepted
        /// Saved before the first byte goes out: after a crash, nobody knows what became of it.
        case submitting(Candidate)
        /// The provider has accepted these jobs; after a crash they are asked for again.
        case submitted(Candidate, [RemoteOperation])
        case completed
        case failed
        case cancelled

        /// Nothing will change any more.
        package var isFinal: Bool {
            switch self {
            case .accepted, .submitting, .submitted: false
            case .completed, .failed, .cancelled: true
            }
        }
    }

    package enum Kind: String, Sendable, CaseIterable { case image, video }

    package var kind: Kind { order.request.operation.isVideo ? .video : .image }
}

/// What clients call the states of a task.
package enum TaskStatus: String, Sendable, CaseIterable {
    case queued
    case inProgress = "in_progress"
    case completed, failed, cancelled
}

extension GenerationTask {
    package var status: TaskStatus {
        switch phase {
        case .accepted: .queued
        case .submitting: startedAt == nil ? .queued : .inProgress
        case .submitted: isQueuedUpstream ? .queued : .inProgress
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// What was asked, as it is kept: inputs are files of the media store or URLs.
package struct TaskOrder: Sendable {
    /// Without inputs, mask and source file, which are beside it.
    package var request: GenerationRequest
    package var inputs: [StoredInput]
    package var mask: StoredInput?
    /// An uploaded or linked video that is edited or extended.
    package var video: StoredInput?
    /// The task whose video is remixed, edited or extended.
    package var sourceTask: String?
    /// Told of the end, signed.
    package var webhookURL: String?

    package init(
        request: GenerationRequest, inputs: [StoredInput] = [], mask: StoredInput? = nil, video: StoredInput? = nil,
        sourceTask: String? = nil, webhookURL: String? = nil
    ) {
        self.request = request
        self.inputs = inputs
        self.mask = mask
        self.video = video
        self.sourceTask = sourceTask
        self.webhookURL = webhookURL
    }
}

/// An input of a task that waits for its attempt.
package enum StoredInput: Sendable, Hashable {
    /// A name in the media store.
    case file(name: String, type: MediaType)
    case url(String)
}

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
