import HTTP
import Transport

/// Answers that begin before they are known, so that no proxy between here and the caller loses its patience.
enum LateAnswer {
    /// The work's response; when it is not ready in time, a 200 whose JSON begins with spaces (RFC 8259 §2 allows them).
    ///
    /// Once that 200 is on its way the work's own status and fields cannot be told any more: its body, an error's too, ends the answer.
    /// The work is cancelled when the client goes away.
    /// - Parameters:
    ///   - silence: how long nothing is sent; nil: until the work is done, whatever it answers.
    ///   - beat: the time between two spaces.
    ///   - fields: told early.
    ///   - sleep: throws when the task is cancelled; nil: by the loop's own timers.
    ///   - work: makes JSON.
    static func response(
        on loop: EventLoop, silence: Duration?, beat: Duration = .seconds(10), fields: HTTPFields = HTTPFields(),
        now: @escaping @Sendable () -> Instant = { Instant.now },
        sleep: (@Sendable (Instant) async throws -> Void)? = nil, work: @escaping @Sendable () async -> HTTPResponse
    ) async -> HTTPResponse {
        guard let silence else { return await work() }
        let sleep = sleep ?? { @Sendable [loop] in try await loop.sleep(until: $0) }
        let pending = PendingAnswer(loop, sleep: sleep)
        let task = loop.spawn { await pending.finish(await work()) }
        if silence > .zero, let answer = await pending.answer(until: now() + silence, cancelling: task) { return answer }
        let body = LateAnswerBody(pending, task, nextBeat: { now() + beat })
        return HTTPResponse(status: 200, fields: early(fields), body: .stream(body, length: nil))
    }

    private static func early(_ others: HTTPFields) -> HTTPFields {
        var fields: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store", "x-accel-buffering": "no"]
        fields.append(contentsOf: others)
        return fields
    }
}

/// An answer that is waited for again and again, by one at a time.
actor PendingAnswer {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let sleep: @Sendable (Instant) async throws -> Void
    private var answer: HTTPResponse?
    private var waiter: CheckedContinuation<HTTPResponse?, Never>?
    private var waits = 0

    init(_ loop: EventLoop, sleep: @escaping @Sendable (Instant) async throws -> Void) {
        self.loop = loop
        self.sleep = sleep
    }

    func finish(_ response: HTTPResponse) {
        answer = response
        waiter?.resume(returning: response)
        waiter = nil
    }

    /// nil when it is not there in time. When the caller goes away, the work is cancelled; what it makes of that is the answer.
    func answer(until deadline: Instant, cancelling work: Task<Void, Never>) async -> HTTPResponse? {
        await withTaskCancellationHandler {
            await answer(until: deadline)
        } onCancel: {
            work.cancel()
        }
    }

    private func answer(until deadline: Instant) async -> HTTPResponse? {
        if let answer { return answer }
        waits += 1
        let number = waits
        let timer = loop.spawn { [sleep] in
            guard (try? await sleep(deadline)) != nil else { return }
            await self.giveUp(number)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { waiter = $0 }
    }

    private func giveUp(_ number: Int) {
        guard number == waits else { return }
        waiter?.resume(returning: nil)
        waiter = nil
    }
}
