import Glibc
import HTTP
import Media
import Transport

/// An image call that is a task, or may become one: its work does not depend on the caller's staying.
struct ImageTaskCall: Sendable {
    let call: ImageCall

    private var services: GatewayServices { call.services }
    private var environment: DispatchEnvironment { services.dispatcher.environment }

    /// The answer, errors included.
    @inline(never)
    func response() async -> HTTPResponse {
        do throws(APIError) { return try await respond() } catch { return error.response(in: call.dialect) }
    }

    /// A task from the start: asked for, or promised by an `Idempotency-Key`.
    private func respond() async throws(APIError) -> HTTPResponse {
        let started = Instant.now
        let entry = TaskEntry(services: services, caller: call.caller, record: call.record)
        let handle = try await entry.submit(call.request, call.wish, claim: call.identity.claim)
        FailPoint.reach(.answerBefore)
        switch (call.wish.mode, handle) {
        case (.async, _): return accepted(handle)
        case (_, .stored): return await answer(handle, started: started)
        case (.wait, .live(let live)):
            // Whoever leaves, or has waited long enough, can come back with the same key.
            await live.wait(until: environment.now() + call.policy.deadline, environment)
            if !live.hasEnded { live.becomePatient() }
            return await answer(handle, started: started)
        case (.waitFor(let duration), .live(let live)):
            await live.wait(until: environment.now() + duration, environment)
            return live.hasEnded ? await answer(handle, started: started) : accepted(handle)
        }
    }

    @inline(never)
    private func accepted(_ handle: TaskHandle) -> HTTPResponse {
        if case .live(let live) = handle { live.becomePatient() }
        return TaskAnswers(services: services).accepted(handle.task, in: call.dialect)
    }

    /// A task as soon as a provider has accepted a job: from then on the work goes on although the caller leaves, or has waited enough.
    @inline(never)
    func respondSynchronously(id: String, place: TaskPlace) async -> HTTPResponse {
        let started = Instant.now
        let live = services.tasks.begin(call.request, id: id, owner: call.caller.name, place: place, on: services)
        await live.wait(until: environment.now() + call.policy.deadline, environment)
        return await answer(live, started: started)
    }

    /// A frame of its own, like all that comes after: it is not there while the call waits.
    @inline(never)
    private func answer(_ live: LiveTask, started: Instant) async -> HTTPResponse {
        if !live.hasEnded {
            guard live.isStored else {
                services.tasks.cancel(live)
                let error = APIError(
                    504, type: "server_error", code: "deadline_exceeded", "The call did not end in time.", shouldRetry: false)
                return error.response(in: call.dialect)
            }
            live.becomePatient()
        }
        if call.request.output.delivery == .url { await services.tasks.keep(live) }
        if live.isStored { call.record.update { $0.task = live.id } }
        return await answer(.live(live), isStored: live.isStored, started: started)
    }

    @inline(never)
    private func answer(_ handle: TaskHandle, isStored: Bool = true, started: Instant) async -> HTTPResponse {
        let task = handle.task
        call.record.update { $0.attempts = task.attempts }
        var wish = call.request.output
        let streams = call.request.partialImages != nil
        if streams, wish.delivery != .ephemeral { wish.delivery = .base64 }
        let result = TaskResult(services: services, caller: call.caller, dialect: call.dialect, wish: wish, started: started)
        do throws(APIError) {
            let delivery = try await result.delivery(of: task)
            let warnings = task.warnings.joined(delivery.warnings)
            let answer = ImagesAnswer(
                images: delivery.images, details: task.details, usage: task.usage, warnings: warnings,
                created: task.completedAt ?? task.createdAt, latency: .now - started, cost: task.cost)
            var response = streams ? events(answer) : await call.response(answer)
            CallFields.add(to: &response, task, isStored: isStored, latency: .now - started)
            return response
        } catch {
            var response = error.response(in: call.dialect)
            CallFields.add(to: &response, task, isStored: isStored, latency: .now - started)
            return response
        }
    }

    /// A stream that is joined or repeated tells its results alone: previews are gone when they have been shown.
    private func events(_ answer: ImagesAnswer) -> HTTPResponse {
        let events = StreamEvents(request: call.request, created: answer.created)
        let bytes = answer.images.flatMap { image -> [UInt8] in
            guard case .base64(let text) = image.content else { return [] }
            return events.completed(text, type: image.type, answer.details, usage: answer.usage, warnings: answer.warnings).encoded
        }
        let fields: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        return HTTPResponse(status: 200, fields: fields, body: HTTPBody(bytes))
    }
}
