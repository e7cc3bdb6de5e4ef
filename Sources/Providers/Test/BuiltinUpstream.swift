import HTTP
package import Media
import Synchronization
import Transport

/// Answers the built-in provider's requests inside the process, so that the drawing model and the rehearsed failures go the way of any
/// other upstream.
package final class BuiltinUpstream: UpstreamTransport {
    private let now: @Sendable () -> Int
    private let flakyCalls = Mutex(0)

    /// - Parameter now: seconds since 1970.
    package init(now: @escaping @Sendable () -> Int = WallClock.now) {
        self.now = now
    }

    package func send(
        _ request: UpstreamRequest, for settings: ProviderSettings, freshConnection: Bool, deadline: ContinuousClock.Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        do throws(BuiltinRefusal) {
            return try await answer(try BuiltinRequest(request), deadline: deadline)
        } catch {
            return .success(.whole(error.response))
        }
    }

    private func answer(
        _ request: BuiltinRequest, deadline: ContinuousClock.Instant
    ) async throws(BuiltinRefusal) -> Result<UpstreamAnswer, UpstreamError> {
        switch request.model {
        case .image: return try await draw(request)
        case .rateLimited: throw .rateLimited
        case .overloaded: throw .overloaded
        case .moderated: throw .moderated
        case .timeout: return .failure(await wait(until: deadline) ? Self.timeout : .goneCaller)
        case .refuse: return .failure(UpstreamError(.unreachable, .notSent, message: "connection refused"))
        case .resetAfterSend:
            return .failure(UpstreamError(.unknownOutcome, .mayHaveStarted, message: "the connection was reset after the request was sent"))
        case .slow:
            let end = ContinuousClock.now + request.delay
            guard await wait(until: min(end, deadline)) else { return .failure(.goneCaller) }
            return end < deadline ? try await draw(request) : .failure(Self.timeout)
        case .flaky:
            let call = flakyCalls.withLock { calls in
                calls += 1
                return calls
            }
            guard call % 2 == 1 else { throw .overloaded }
            return try await draw(request)
        }
    }

    private func draw(_ request: BuiltinRequest) async throws(BuiltinRefusal) -> Result<UpstreamAnswer, UpstreamError> {
        guard !Task.isCancelled else { return .failure(.goneCaller) }
        let created = now()
        let outcome = await BlockingPool.compute.run { Self.drawn(request, created: created) }
        guard let answer = try outcome.get() else { return .failure(.goneCaller) }
        return .success(answer)
    }

    /// nil when the task was cancelled meanwhile.
    private static func drawn(_ request: BuiltinRequest, created: Int) -> Result<UpstreamAnswer?, BuiltinRefusal> {
        Result { () throws(BuiltinRefusal) in
            let job = try BuiltinJob(request, created: created)
            guard request.partialImages == nil else { return .events(BuiltinEvents(job)) }
            return job.answer().map { .whole($0) }
        }
    }

    /// False when the task was cancelled.
    private func wait(until end: ContinuousClock.Instant) async -> Bool {
        do {
            try await Task.sleep(until: end, clock: .continuous)
            return true
        } catch {
            return false
        }
    }

    private static let timeout = UpstreamError(.unknownOutcome, .mayHaveStarted, message: "no answer before the deadline")
}
