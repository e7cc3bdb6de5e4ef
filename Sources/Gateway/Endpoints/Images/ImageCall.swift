import HTTP
import Media
import Transport

/// One image call that is ready to be dispatched. A class, for it waits in many frames at once.
final class ImageCall: Sendable {
    let services: GatewayServices
    let request: GenerationRequest
    let route: ModelRoute
    let dialect: Dialect
    let wish: CallWish
    let identity: CallIdentity
    let caller: Caller
    let record: RequestRecord

    init(
        services: GatewayServices, request: GenerationRequest, route: ModelRoute, dialect: Dialect, wish: CallWish, identity: CallIdentity,
        caller: Caller, record: RequestRecord
    ) {
        self.services = services
        self.request = request
        self.route = route
        self.dialect = dialect
        self.wish = wish
        self.identity = identity
        self.caller = caller
        self.record = record
    }

    var policy: FallbackPolicy { services.policy(of: route, for: request) }

    /// A task from the start: asked for, or promised by an `Idempotency-Key`.
    var isTask: Bool { identity.claim != nil || wish.mode != .wait || wish.webhookURL != nil }

    /// Waited for by one caller, who is told nothing before the answer, and never a task.
    var isPlain: Bool {
        @inline(never) get { !isTask && request.partialImages == nil && identity.shared == nil && isSilent && !mayBecomeTask }
    }

    /// A place among the caller's calls, or why there is none.
    func place() -> Result<TaskPlace, APIError> {
        do throws(APIError) { return .success(try services.place(of: caller, for: request, route)) } catch { return .failure(error) }
    }

    /// Nothing is told before the answer.
    var isSilent: Bool { HeartbeatCall.silence(wish, dialect, isRaw: isRaw) == nil }

    func heartbeat(taskID: String?) -> HeartbeatCall {
        HeartbeatCall(services: services, wish: wish, dialect: dialect, isRaw: isRaw, taskID: taskID)
    }

    /// The answer to a caller who waits.
    /// - Parameter taskID: of the task that the call becomes if a provider accepts a job.
    func response(taskID: String?) async -> HTTPResponse {
        guard let taskID else { return await response() }
        switch place() {
        case .failure(let refusal): return refusal.response(in: dialect)
        case .success(let place): return await ImageTaskCall(call: self).respondSynchronously(id: taskID, place: place)
        }
    }

    /// The answer of a call that becomes no task.
    @inline(never)
    func response() async -> HTTPResponse {
        switch begin() {
        case .refused(let response): return response
        case .begun(let run, let place, let started):
            defer { place.end() }
            return await response(to: await run.outcome(), started: started)
        }
    }

    private enum Beginning {
        case begun(DispatchRun, TaskPlace, Instant)
        case refused(HTTPResponse)
    }

    /// Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func begin() -> Beginning {
        let started = Instant.now
        switch place() {
        case .failure(let refusal): return .refused(refusal.response(in: dialect))
        case .success(let place):
            let observer = DispatchObserver(used: services.bookkeeper(of: caller.name, request, place))
            let run = services.dispatcher.run(request, route: route.candidates, policy: policy, observer: observer)
            return .begun(run, place, started)
        }
    }

    /// For the metrics.
    func count(_ outcome: DispatchOutcome) {
        services.counters.count(outcome, for: request, by: caller.name)
    }

    /// How results reach the caller.
    func delivery(wish: OutputWish) -> ResultDelivery {
        ResultDelivery(sources: services.resultSources, owner: caller.name, wish: wish)
    }

    /// The answer is no JSON.
    var isRaw: Bool { request.output.delivery == .raw || request.partialImages != nil }

    /// A provider of the route may answer with a job instead of a picture.
    var mayBecomeTask: Bool {
        route.candidates.contains { candidate in
            services.dispatcher.target(of: candidate).capabilities(for: request.operation)?.value.submitsJobs ?? false
        }
    }
}
