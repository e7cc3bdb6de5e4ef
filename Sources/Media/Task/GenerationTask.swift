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
