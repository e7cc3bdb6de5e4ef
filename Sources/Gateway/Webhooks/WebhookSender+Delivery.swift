import HTTP
import Media
import Synchronization
import Transport

extension WebhookSender {
    /// How a delivery ended.
    private enum Ending {
        case answered(WebhookAnswer)
        /// Nobody answered; the reason is for the log.
        case unanswered(String)
        /// It can never be told.
        case impossible(String)
    }

    /// One delivery, and its end in the outbox before anything else happens to the event.
    func deliver(_ event: WebhookEvent) async {
        let ending = await tell(event)
        // The process ends: the event stays due, and is told again by the next one.
        guard !Task.isCancelled else { return queue.withLock { $0.finish(event.id) } }
        do throws(TaskStoreError) {
            try await settle(event, ending)
            queue.withLock { $0.finish(event.id) }
        } catch {
            environment.report(WebhookLine.unsaved(error))
            // Else a store that takes no writes would have it told over and over.
            queue.withLock { $0.finish(event.id, heldUntil: environment.steady() + 60) }
        }
    }

    private func tell(_ event: WebhookEvent) async -> Ending {
        let deadline = Instant.now + WebhookSender.timeout
        guard let secret = secret(event.owner) else { return .impossible("the key has no webhook secret any more") }
        let body = Array(event.body.utf8)
        guard var fields = WebhookSignature.fields(id: event.id, timestamp: environment.now(), body: body, secret: secret) else {
            return .impossible("the key's webhook secret is none")
        }
        fields.append(.contentType, "application/json")
        fields.append(.acceptEncoding, "identity")
        fields.append(.userAgent, "zoetrope")
        switch await check(event.url) {
        case .failure(let error) where error.kind == .invalidURL: return .impossible(error.message)
        // The name may lead elsewhere tomorrow; today's address is not called.
        case .failure(let error): return .unanswered(error.detail)
        case .success(let place):
            let result = await transport.post(place.url, at: place.addresses, fields: fields, body: body, deadline: deadline)
            switch result {
            case .success(let answer): return .answered(answer)
            case .failure(let error): return .unanswered(error.message)
            }
        }
    }

    private func settle(_ event: WebhookEvent, _ ending: Ending) async throws(TaskStoreError) {
        var event = event
        event.attempts += 1
        let (answer, reason): (WebhookAnswer?, String?) =
            switch ending {
            case .answered(let answer): (answer, nil)
            case .unanswered(let reason): (nil, reason)
            case .impossible(let reason): (nil, reason)
            }
        let status = answer?.status.code
        if case .impossible = ending { return try await giveUp(event, status: status, reason: reason) }
        switch WebhookSchedule.verdict(after: event.attempts, answer: answer, jitter: environment.jitter()) {
        case .delivered:
            try await store.removeEvent(event.id)
            environment.report(WebhookLine.text(.delivered, event, status: status))
        case .later(let wait):
            event.dueAt = environment.steady() + Int(wait.roundedUpSeconds)
            try await store.update(event)
            environment.report(WebhookLine.text(.failed, event, status: status, reason: reason, wait: wait))
        case .gone: try await giveUp(event, status: status, reason: "the receiver wants no more")
        case .exhausted: try await giveUp(event, status: status, reason: reason)
        }
    }

    private func giveUp(_ event: WebhookEvent, status: Int?, reason: String?) async throws(TaskStoreError) {
        try await store.removeEvent(event.id)
        environment.report(WebhookLine.text(.givenUp, event, status: status, reason: reason))
    }
}
