import HTTP
import Media

extension GatewayServices {
    /// The body of a request, whatever its encoding.
    func form(of request: HTTPRequest) async throws(APIError) -> RequestForm {
        try await FormReader(limits: settings.limits, spoolFolder: settings.spoolFolder).read(request)
    }

    func inputLoader(_ caller: Caller) -> InputLoader {
        InputLoader(
            store: store, ownFiles: ownFiles, rules: fetchRules, caller: caller, maximumFile: settings.limits.file)
    }

    /// The route of a request's model, which is named as the route names it from here on.
    func route(of request: inout GenerationRequest) throws(APIError) -> ModelRoute {
        guard !request.model.isEmpty else { throw APIError(400, code: "missing_required_parameter", field: "model", "model is required") }
        guard let route = settings.models.route(for: request.model) else { throw .unknownModel(request.model) }
        if let notice = settings.models.notice(for: request.model) {
            guard !request.strict else { throw .invalid("model", notice.message, code: "former_model") }
            request.formerModel = request.model
        }
        if request.model != route.model { request.model = route.model }
        return route
    }

    /// A place among the caller's concurrent tasks, with room in the budgets that bind the caller.
    func place(of caller: Caller, for request: GenerationRequest, _ route: ModelRoute?) throws(APIError) -> TaskPlace {
        guard let place = limiter.begin(caller) else { throw limiter.tooManyTasks(caller) }
        guard let route, spending.binds(caller.name) else { return place }
        place.hold(try reservation(for: request, route, caller))
        return place
    }

    @inline(never)
    private func reservation(
        for request: GenerationRequest, _ route: ModelRoute, _ caller: Caller
    ) throws(APIError) -> BudgetReservation {
        let estimate = estimate(of: request, route)
        do throws(SpendingBook.Refusal) {
            return try spending.reserve(estimate, for: caller.name)
        } catch { throw APIError(error, estimate: estimate) }
    }

    /// For a task that an earlier process took on: set aside, never refused.
    func reservation(forResumed task: GenerationTask) -> BudgetReservation? {
        let request = task.order.request
        guard spending.binds(task.owner), let route = settings.models.route(for: request.model) else { return nil }
        return try? spending.reserve(estimate(of: request, route), for: task.owner, isForced: true)
    }

    /// By which rules a request goes from candidate to candidate.
    func policy(of route: ModelRoute, for request: GenerationRequest) -> FallbackPolicy {
        // Member by member: a copy of all settings would be made for the whole.
        let fallback = settings.fallback
        let images = route.policy.ambiguous ?? fallback.ambiguousImages
        let jobs = route.policy.ambiguous ?? fallback.ambiguousVideos
        return FallbackPolicy(
            attempts: fallback.attempts, deadline: fallback.deadline, ambiguousStops: images == .stop, ambiguousJobsStop: jobs == .stop,
            fallsBackOnModeration: route.policy.fallsBackOnModeration, allowsFallbacks: request.routing.allowsFallbacks,
            operations: route.policy.operations, price: route.policy.price, assumedPrice: settings.assumedPrice,
            notice: request.formerModel.flatMap { settings.models.notice(for: $0) })
    }

    private func estimate(of request: GenerationRequest, _ route: ModelRoute) -> Amount {
        dispatcher.estimate(of: request, route: route.candidates, policy: policy(of: route, for: request))
    }

    /// Books what the attempts of a call use, in place of what its place has set aside for them; after a failure others still need that.
    func bookkeeper(of owner: String, _ request: GenerationRequest, _ place: TaskPlace?) -> @Sendable (Candidate, Usage) -> Void {
        { [spending, model = request.model, count = request.count, isVideo = request.operation.isVideo] candidate, usage in
            let made = usage.failures > 0 ? 0 : isVideo ? 1 : usage.images
            let share = place?.takeShare(made, of: count) ?? .zero
            spending.add(usage, owner: owner, model: model, provider: candidate.provider, inPlaceOf: share)
        }
    }
}

/// Which other requests are the same call.
struct CallIdentity: Sendable {
    /// What its `Idempotency-Key` promises.
    var claim: IdempotencyClaim?
    /// Under which an SDK's repeat finds it; nil where the SDK does not count, or a claim says it better.
    var shared: SharedCallKey?
    /// How often the SDK has sent it before.
    var retryCount: Int?
}

/// What a request's head and body say about its being a repeat.
struct Repeat: Sendable {
    private let head: HTTPRequestHead
    private let form: RequestForm

    /// nil: nothing.
    init?(_ head: HTTPRequestHead, _ form: RequestForm) {
        guard head.fields.contains(.stainlessRetryCount) || head.fields.contains(.idempotencyKey) else { return nil }
        self.head = head
        self.form = form
    }

    /// - Parameter time: by which claims age, in seconds since 1970.
    @inline(never)
    func identity(of caller: Caller, at time: Int) async throws(APIError) -> CallIdentity {
        let retryCount = head.fields[.stainlessRetryCount].flatMap { Int($0) }
        let key = head.fields[.idempotencyKey].flatMap { $0.isEmpty ? nil : $0 }
        guard retryCount != nil || key != nil else { return CallIdentity() }
        let fingerprint = await RequestFingerprint.of(path: Route.normalized(head.path), form: form)
        guard let key else {
            // Another form of answer is another answer.
            let shared = SharedCallKey(owner: caller.name, fingerprint: fingerprint, variant: head.fields[.accept] ?? "")
            return CallIdentity(shared: shared, retryCount: retryCount)
        }
        guard key.utf8.count <= 255 else { throw .invalid("Idempotency-Key", "The Idempotency-Key has more than 255 bytes.") }
        return CallIdentity(claim: IdempotencyClaim(owner: caller.name, key: key, fingerprint: fingerprint, madeAt: time))
    }
}

/// Calls that may be told to wait by spaces before their answer.
struct HeartbeatCall: Sendable {
    let services: GatewayServices
    let wish: CallWish
    let dialect: Dialect
    /// The answer is no JSON: nothing may stand before it.
    var isRaw = false
    /// Told early, so that a result can be collected whatever becomes of the connection.
    var taskID: String?

    /// Without another word, ImageRouter's callers wait this long for a first byte.
    private static let patience = Duration.seconds(30)

    /// How long nothing is said; nil: until the answer is there.
    static func silence(_ wish: CallWish, _ dialect: Dialect, isRaw: Bool) -> Duration? {
        // A task is told at once.
        if wish.mode == .async { return nil }
        return switch (isRaw ? false : wish.heartbeat, dialect) {
        case (true?, _): .zero
        case (nil, .imageRouter): HeartbeatCall.patience
        case (false?, _), (nil, _): nil
        }
    }

    func response(_ work: @escaping @Sendable () async -> HTTPResponse) async -> HTTPResponse {
        guard let silence = HeartbeatCall.silence(wish, dialect, isRaw: isRaw) else { return await work() }
        var fields = HTTPFields()
        if let taskID { fields.set(.zoetropeTask, taskID) }
        return await LateAnswer.response(on: services.loop, silence: silence, fields: fields, work: work)
    }
}
