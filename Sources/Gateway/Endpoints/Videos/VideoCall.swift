import Glibc
import HTTP
import Media
import Transport

/// A video call that is ready to become a task.
struct VideoCall: Sendable {
    let services: GatewayServices
    let entry: TaskEntry
    let request: GenerationRequest
    let wish: CallWish
    let dialect: Dialect
    /// The task whose video this one is made from.
    let sourceTask: String?
    let identity: CallIdentity
    private let begun = Instant.now

    private var environment: DispatchEnvironment { services.dispatcher.environment }
    private var answers: TaskAnswers { TaskAnswers(services: services) }

    /// The answer, errors included.
    func response() async -> HTTPResponse {
        await services.repeats.answer(identity.shared, retryCount: identity.retryCount, on: services.loop) {
            do throws(APIError) { return try await respond() } catch { return error.response(in: dialect) }
        }
    }

    private func respond() async throws(APIError) -> HTTPResponse {
        let started = Instant.now
        let handle = try await entry.submit(request, wish, sourceTask: sourceTask, claim: identity.claim)
        FailPoint.reach(.answerBefore)
        switch (handle, wish.mode, dialect) {
        case (_, .async, _): return accepted(handle)
        case (.stored, _, .openAI): return told(handle)
        case (.stored, _, _): return await result(of: handle, started: started)
        case (.live(let live), .wait, .openAI): return await acknowledge(live)
        case (.live(let live), .waitFor(let duration), .openAI): return await wait(for: live, atMost: duration)
        case (.live(let live), .wait, .infron), (.live(let live), .wait, .imageRouter):
            await live.wait(until: environment.now() + policyDeadline, environment)
            if !live.hasEnded { live.becomePatient() }
            return await result(of: handle, started: started)
        case (.live(let live), .waitFor(let duration), .infron), (.live(let live), .waitFor(let duration), .imageRouter):
            await live.wait(until: environment.now() + duration, environment)
            return live.hasEnded ? await result(of: handle, started: started) : accepted(handle)
        }
    }

    // Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func accepted(_ handle: TaskHandle) -> HTTPResponse {
        if case .live(let live) = handle { live.becomePatient() }
        return answers.accepted(handle.task, in: dialect)
    }

    /// How long a caller waits for a whole call.
    private var policyDeadline: Duration { services.settings.fallback.deadline }

    /// OpenAI's way: the answer comes when an upstream has the job, when all have refused, or when that takes too long to know.
    private func acknowledge(_ live: LiveTask) async -> HTTPResponse {
        let deadline = environment.now() + services.tasks.settings.acknowledgement
        // The job is on disk before anybody hears of it.
        await live.wait(until: deadline, environment) { _ in
            if case .submitted? = live.durablePhase { true } else { false }
        }
        live.becomePatient()
        return await told(live)
    }

    private func wait(for live: LiveTask, atMost most: Duration) async -> HTTPResponse {
        await live.wait(until: environment.now() + most, environment)
        live.becomePatient()
        return await told(live)
    }

    @inline(never)
    private func told(_ live: LiveTask) async -> HTTPResponse {
        if live.hasEnded, live.task.phase == .failed, identity.claim == nil, wish.webhookURL == nil {
            // Nobody knows the id: there is nothing to keep of a call that was refused.
            try? await services.tasks.delete(.live(live))
        }
        return told(.live(live))
    }

    /// A task that failed before its caller knew of it is an error like any other.
    @inline(never)
    private func told(_ handle: TaskHandle) -> HTTPResponse {
        let task = handle.task
        entry.record.update { $0.attempts = task.attempts }
        guard task.phase == .failed, let failure = task.failure else {
            var told = task
            // As long as no upstream has taken it, a new video is queued.
            if case .submitting = task.phase { told.phase = .accepted }
            return answers.polled(answers.video(told), task)
        }
        var response = APIError(failure, attempts: failure.listsAttempts ? task.attempts : [], dialect: dialect).response(in: dialect)
        CallFields.add(to: &response, task, isStored: false, latency: .now - begun)
        return response
    }

    /// A frame of its own: it is not there while the call waits.
    @inline(never)
    private func result(of handle: TaskHandle, started: Instant) async -> HTTPResponse {
        let task = handle.task
        entry.record.update { $0.attempts = task.attempts }
        let result = TaskResult(
            services: services, caller: entry.caller, dialect: dialect, wish: request.output, started: started)
        var response: HTTPResponse
        var warnings: [Warning] = []
        do throws(APIError) {
            let delivery = try await result.delivery(of: task)
            warnings = task.warnings.joined(delivery.warnings)
            var told = task
            told.warnings = warnings
            response = await body(of: told, delivery.images, latency: .now - started)
        } catch { response = error.response(in: dialect) }
        result.finish(&response, task, warnings)
        return response
    }

    private func body(of task: GenerationTask, _ videos: [DeliveredImage], latency: Duration) async -> HTTPResponse {
        if case .raw(let bytes)? = videos.first?.content {
            let type = videos.first?.type?.rawValue ?? "application/octet-stream"
            return HTTPResponse(status: 200, fields: [.contentType: type, .contentTypeOptions: "nosniff"], body: .pieces([bytes]))
        }
        let created = task.completedAt ?? task.createdAt
        return HTTPResponse(json: await VideoAnswer.json(task, videos, in: dialect, now: created, latency: latency))
    }
}
