import Glibc
import HTTP
import Media

/// The way of a request into the task store.
struct TaskEntry: Sendable {
    let services: GatewayServices
    let caller: Caller
    let record: RequestRecord
    /// The answer itself brings no result, whatever is asked for.
    var isCollectedLater = false

    /// Makes it a task, durable when this returns; or finds the one that its `Idempotency-Key` stands for.
    ///
    /// A new task takes one of the caller's places until it ends; a repeat needs none.
    /// - Parameter sourceTask: the task whose video this one is made from.
    @inline(never)
    func submit(
        _ request: GenerationRequest, _ wish: CallWish, sourceTask: String? = nil, claim: IdempotencyClaim?
    ) async throws(APIError) -> TaskHandle {
        guard !services.state.isDraining else { throw .draining }
        if let claim, let known = try await services.tasks.claimed(by: claim) {
            note(known)
            return known
        }
        let place = try services.place(of: caller, for: request, services.settings.models.route(for: request.model))
        try request.checkSize()
        if let url = wish.webhookURL { try await check(url) }
        if request.output.delivery == .ephemeral, isCollectedLater || wish.mode != .wait || wish.webhookURL != nil {
            throw .invalid("response_format", "'b64_ephemeral' is kept nowhere, so that nobody could collect it later.")
        }
        let inputs = TaskInputs(store: services.store)
        var order = try await inputs.order(for: request)
        order.sourceTask = sourceTask
        order.webhookURL = wish.webhookURL
        do throws(APIError) {
            let (handle, isNew) = try await services.tasks.submit(
                order, owner: caller.name, claim: claim, isPatient: wish.mode == .async, place: place, on: services)
            note(handle)
            if !isNew { await inputs.drop(order) }
            return handle
        } catch {
            await inputs.drop(order)
            throw error
        }
    }

    @inline(never)
    private func note(_ handle: TaskHandle) {
        let id = handle.task.id
        record.update { $0.task = id }
    }

    /// A webhook must be one that can be called and signed.
    @inline(never)
    private func check(_ url: String) async throws(APIError) {
        guard services.webhookSecrets.secret(of: caller.name) != nil else {
            throw .invalid("webhook_url", "This key has no webhook_secret to sign events with.", code: "webhook_secret_missing")
        }
        if case .failure(let error) = await services.fetcher.check(clientURL: url) {
            throw .invalid("webhook_url", "Invalid 'webhook_url': \(error.message).", code: "invalid_webhook_url")
        }
    }
}

extension APIError {
    static let draining = APIError(
        503, type: "server_error", code: "shutting_down", "The gateway is shutting down. Try again.", retryAfter: .seconds(2))
}
