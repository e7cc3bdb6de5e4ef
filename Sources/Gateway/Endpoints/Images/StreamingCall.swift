import Glibc
import HTTP
import Media
import Transport

/// An image call answered event by event. Until the first event the answer can still be an ordinary error.
struct StreamingCall: Sendable {
    private let call: ImageCall
    /// Of the caller's concurrent calls; given back at the end.
    private let place: TaskPlace

    init(_ call: ImageCall, place: TaskPlace) {
        self.call = call
        self.place = place
    }

    @inline(never)
    func response() async -> HTTPResponse {
        let started = Instant.now
        let relay = EventRelay(call.services.loop)
        let task = call.services.loop.spawn { [call, place] in
            defer { place.end() }
            let observer = DispatchObserver(
                deliver: { await relay.send($0) }, used: call.services.bookkeeper(of: call.caller.name, call.request, place))
            let outcome = await call.services.dispatcher.dispatch(
                call.request, route: call.route.candidates, policy: call.policy, observer: observer)
            call.record.update { $0.attempts = outcome.attempts }
            call.count(outcome)
            await relay.finish(outcome)
        }
        let first = await relay.next(cancelling: task)
        if case .outcome(let outcome) = first, case .failure(let failure) = outcome.result {
            var response = APIError(failure, attempts: outcome.attempts, dialect: call.dialect).response(in: call.dialect)
            CallFields.add(to: &response, outcome, AttemptsHeader(outcome.attempts), latency: .now - started)
            return response
        }
        let stream = EventStreamBody(call: call, relay: relay, first: first, task: task)
        return HTTPResponse(status: 200, fields: StreamingCall.fields(first), body: .stream(stream, length: nil))
    }

    /// What is known when the first event is: the rest is in the events, and in the log.
    private static func fields(_ first: EventRelay.Item) -> HTTPFields {
        var fields: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        guard case .event(let event) = first else { return fields }
        fields.append(.zoetropeProvider, event.candidate.provider)
        if !event.warnings.isEmpty { fields.append(.zoetropeWarnings, WarningsField.value(event.warnings)) }
        return fields
    }
}

/// The events of one call as bytes.
private actor EventStreamBody: HTTPBodyStream {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let call: ImageCall
    private let relay: EventRelay
    private let task: Task<Void, Never>
    private let events: StreamEvents
    private var first: EventRelay.Item?
    private var hasEnded = false
    private var hasCompleted = false

    init(call: ImageCall, relay: EventRelay, first: EventRelay.Item, task: Task<Void, Never>) {
        loop = call.services.loop
        self.call = call
        self.relay = relay
        self.first = first
        self.task = task
        events = StreamEvents(request: call.request, created: time(nil))
    }

    deinit {
        // Dropped: the client has everything, or is gone.
        task.cancel()
        let relay = relay
        loop.spawn { await relay.abandon() }
    }

    func next() async throws -> ArraySlice<UInt8>? {
        while !hasEnded {
            let item: EventRelay.Item
            if let ready = first {
                first = nil
                item = ready
            } else {
                item = await relay.next(cancelling: task)
            }
            let bytes = await bytes(of: item)
            if !bytes.isEmpty { return bytes[...] }
        }
        return nil
    }

    private func bytes(of item: EventRelay.Item) async -> [UInt8] {
        switch item {
        case .event(let event):
            switch event.event {
            case .partial(let base64, let index, let details): return events.partial(base64, index: index, details).encoded
            case .completed(let result):
                let makers = Array(repeating: event.candidate, count: result.assets.count)
                return await completed(result, makers, event.warnings.joined(result.warnings))
            }
        case .outcome(let outcome):
            hasEnded = true
            switch outcome.result {
            case .success(let result): return hasCompleted ? [] : await completed(result, outcome.makers, outcome.warnings)
            case .failure(let failure):
                return events.failed(APIError(failure, attempts: outcome.attempts, dialect: call.dialect)).encoded
            }
        }
    }

    private func completed(_ result: GenerationResult, _ makers: [Candidate], _ warnings: [Warning]) async -> [UInt8] {
        hasCompleted = true
        var wish = call.request.output
        if wish.delivery != .ephemeral { wish.delivery = .base64 }
        do throws(APIError) {
            let delivery = try await call.delivery(wish: wish).deliver(result.assets, madeBy: makers)
            let warnings = warnings.joined(delivery.warnings)
            return delivery.images.flatMap { image -> [UInt8] in
                guard case .base64(let text) = image.content else { return [] }
                return events.completed(text, type: image.type, result.details, usage: result.usage, warnings: warnings).encoded
            }
        } catch {
            hasEnded = true
            return events.failed(error).encoded
        }
    }
}
