import Glibc
import HTTP
import Media
import Transport

/// An image call answered event by event. Until the first event the answer can still be an ordinary error.
struct StreamingCall: Sendable {
    private let call: ImageCall

    init(_ call: ImageCall) {
        self.call = call
    }

    func response() async throws(APIError) -> HTTPResponse {
        let relay = EventRelay(call.services.loop)
        let task = call.services.loop.spawn { [call] in
            let outcome = await call.services.dispatcher.dispatchStream(
                call.request, route: call.route.candidates, policy: call.policy, deliver: { await relay.send($0) })
            call.record.update { $0.attempts = outcome.attempts }
            await relay.finish(outcome)
        }
        let first = await withTaskCancellationHandler {
            await relay.next()
        } onCancel: {
            task.cancel()
        }
        if case .outcome(let outcome) = first, case .failure(let failure) = outcome.result {
            throw APIError(failure, attempts: outcome.attempts, dialect: call.dialect)
        }
        let stream = EventStreamBody(call: call, relay: relay, first: first, task: task)
        let fields: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"]
        return HTTPResponse(status: 200, fields: fields, body: .stream(stream, length: nil))
    }
}

/// Hands events from the dispatcher to the answer, one at a time: a client that reads slowly slows the upstream down.
actor EventRelay {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    enum Item: Sendable {
        case event(GenerationEvent)
        case outcome(DispatchOutcome)
    }

    private var item: Item?
    private var sender: CheckedContinuation<Void, Never>?
    private var receiver: CheckedContinuation<Item, Never>?
    private var isAbandoned = false

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// Returns when the event has been taken, or nobody will take it any more.
    func send(_ event: GenerationEvent) async {
        guard !isAbandoned else { return }
        if let receiver {
            self.receiver = nil
            return receiver.resume(returning: .event(event))
        }
        item = .event(event)
        await withCheckedContinuation { sender = $0 }
    }

    func finish(_ outcome: DispatchOutcome) {
        if let receiver {
            self.receiver = nil
            receiver.resume(returning: .outcome(outcome))
        } else {
            item = .outcome(outcome)
        }
    }

    func next() async -> Item {
        if let ready = item {
            item = nil
            sender?.resume()
            sender = nil
            return ready
        }
        return await withCheckedContinuation { receiver = $0 }
    }

    /// Nobody reads any more.
    func abandon() {
        isAbandoned = true
        item = nil
        sender?.resume()
        sender = nil
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
                item = await relay.next()
            }
            let bytes = await bytes(of: item)
            if !bytes.isEmpty { return bytes[...] }
        }
        return nil
    }

    private func bytes(of item: EventRelay.Item) async -> [UInt8] {
        switch item {
        case .event(.partial(let base64, let index, let details)): return events.partial(base64, index: index, details).encoded
        case .event(.completed(let result)): return await completed(result, from: nil)
        case .outcome(let outcome):
            hasEnded = true
            switch outcome.result {
            case .success(let result): return hasCompleted ? [] : await completed(result, from: outcome.winner)
            case .failure(let failure):
                return events.failed(APIError(failure, attempts: outcome.attempts, dialect: call.dialect)).encoded
            }
        }
    }

    private func completed(_ result: GenerationResult, from winner: Candidate?) async -> [UInt8] {
        hasCompleted = true
        var wish = call.request.output
        if wish.delivery != .ephemeral { wish.delivery = .base64 }
        do throws(APIError) {
            let delivery = try await call.delivery(from: winner, wish: wish).deliver(result.assets)
            return delivery.images.flatMap { image -> [UInt8] in
                guard case .base64(let text) = image.content else { return [] }
                return events.completed(text, type: image.type, result.details, usage: result.usage).encoded
            }
        } catch {
            hasEnded = true
            return events.failed(error).encoded
        }
    }
}
