/// When a job is asked again, and when asking is given up. The job itself is never submitted again.
package struct PollSchedule: Sendable {
    /// The least pause between two polls.
    static let shortest = Duration.milliseconds(250)
    /// The longest pause that a provider can ask for.
    static let longest = Duration.seconds(30)
    /// Polls answered with what cannot be read, without a good one between them.
    static let patience = 5

    private var failures = 0
    private var unreadable = 0

    package init() {}

    /// What follows a failed poll.
    package enum Move: Sendable, Hashable {
        case wait(Duration)
        case giveUp(UpstreamError)
    }

    /// The job is still running.
    package mutating func wait(after wish: Duration) -> Duration {
        failures = 0
        unreadable = 0
        return min(max(wish, Self.shortest), Self.longest)
    }

    /// A poll failed. One that has not reached the provider, or met a fault of it, says nothing of the job, which is paid for: the caller's
    /// deadline alone ends the asking.
    package mutating func move(after error: UpstreamError) -> Move {
        switch error.kind {
        case .rateLimited, .overloaded: return .wait(min(max(error.retryAfter ?? .seconds(2), Self.shortest), .seconds(60)))
        case .unreachable, .staleConnection, .serverFault, .unknownOutcome: return .wait(nextPause())
        case .invalidAnswer:
            unreadable += 1
            return unreadable > Self.patience ? .giveUp(error.afterAcceptance) : .wait(nextPause())
        case .quotaExhausted, .keyRefused, .redirected, .invalidRequest, .modelGone, .moderated, .jobFailed, .jobRejected, .cancelled:
            return .giveUp(error.afterAcceptance)
        }
    }

    /// A second at first, doubling.
    private mutating func nextPause() -> Duration {
        failures += 1
        return min(.seconds(1 << min(failures - 1, 5)), Self.longest)
    }
}

extension UpstreamError {
    /// What an error means once a job was accepted: nothing of it can be refused any more, only unknown.
    package var afterAcceptance: UpstreamError {
        var error = self
        switch kind {
        case .moderated, .jobFailed, .jobRejected: break
        case .modelGone: error.kind = .jobRejected
        case .cancelled: error.progress = .mayHaveStarted
        case .unreachable, .staleConnection, .rateLimited, .overloaded, .serverFault, .quotaExhausted, .keyRefused, .redirected,
            .invalidAnswer, .invalidRequest, .unknownOutcome:
            error.kind = .unknownOutcome
            error.progress = .mayHaveStarted
        }
        return error
    }
}
