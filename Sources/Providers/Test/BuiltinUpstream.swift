import HTTP
package import Media
import Synchronization
package import Transport

/// Answers the built-in provider's requests inside the process, so that the drawing model and the rehearsed failures go the way of any
/// other upstream.
package final class BuiltinUpstream: UpstreamTransport {
    private let now: @Sendable () -> Int
    private let flakyCalls = Mutex(0)
    private let videos: BuiltinVideos

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - milliseconds: milliseconds since 1970, for the progress of jobs.
    package init(
        now: @escaping @Sendable () -> Int = WallClock.now, milliseconds: @escaping @Sendable () -> Int = WallClock.milliseconds
    ) {
        self.now = now
        videos = BuiltinVideos(clock: milliseconds)
    }

    package func send(
        _ request: UpstreamRequest, to provider: String, freshConnection: Bool, deadline: Instant
    ) async -> Result<UpstreamAnswer, UpstreamError> {
        do throws(BuiltinRefusal) {
            guard BuiltinVideos.isResponsible(for: request.url.path) else {
                return try await answer(try BuiltinRequest(request), deadline: deadline)
            }
            return try await videoAnswer(request, deadline: deadline)
        } catch {
            return .success(.whole(error.response))
        }
    }

    private func videoAnswer(
        _ request: UpstreamRequest, deadline: Instant
    ) async throws(BuiltinRefusal) -> Result<UpstreamAnswer, UpstreamError> {
        guard request.method == .post else { return .success(.whole(try await videos.answer(request))) }
        let order = try VideoOrder(request)
        if let error = try await failure(of: order.model, deadline: deadline) { return .failure(error) }
        return .success(.whole(try await videos.submit(order)))
    }

    private func answer(
        _ request: BuiltinRequest, deadline: Instant
    ) async throws(BuiltinRefusal) -> Result<UpstreamAnswer, UpstreamError> {
        if let error = try await failure(of: request.model, deadline: deadline) { return .failure(error) }
        guard request.model == .slow else { return try await draw(request) }
        let end = Instant.now + request.delay
        guard await wait(until: min(end, deadline)) else { return .failure(.goneCaller) }
        return end < deadline ? try await draw(request) : .failure(Self.timeout)
    }

    /// What a call fails with at once; nil: it does not, or not yet.
    private func failure(
        of model: TestModel, deadline: Instant
    ) async throws(BuiltinRefusal) -> UpstreamError? {
        switch model {
        case .image, .slow, .video, .slowVideo, .failingVideo, .moderatedVideo: return nil
        case .rateLimited: throw .rateLimited
        case .overloaded: throw .overloaded
        case .moderated: throw .moderated
        case .timeout: return await wait(until: deadline) ? Self.timeout : .goneCaller
        case .refuse: return UpstreamError(.unreachable, .notSent, message: "connection refused")
        case .resetAfterSend:
            return UpstreamError(.unknownOutcome, .mayHaveStarted, message: "the connection was reset after the request was sent")
        case .flaky:
            let call = flakyCalls.withLock { calls in
                calls += 1
                return calls
            }
            guard call % 2 == 1 else { throw .overloaded }
            return nil
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
    private func wait(until end: Instant) async -> Bool {
        do {
            try await Task.sleep(for: end - .now)
            return true
        } catch {
            return false
        }
    }

    private static let timeout = UpstreamError(.unknownOutcome, .mayHaveStarted, message: "no answer before the deadline")
}
