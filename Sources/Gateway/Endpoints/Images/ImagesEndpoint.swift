import Glibc
import HTTP
import Media
import Transport

/// The image calls of all dialects: read, dispatch, deliver.
struct ImagesEndpoint: Sendable {
    let services: GatewayServices

    func respond(
        to request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, caller: Caller, record: RequestRecord
    ) async -> HTTPResponse {
        var dialect = pathDialect
        do throws(APIError) {
            let head = request.head
            let form = try await FormReader(limits: services.settings.limits, spoolFolder: services.settings.spoolFolder).read(request)
            dialect = ImageRequestDecoder.dialect(of: form, path: pathDialect)
            let decoder = ImageRequestDecoder(
                operation: operation, defaults: services.settings.defaults,
                wantsRawBytes: AcceptHeader.prefersImage(head.fields[.accept]), prefer: PreferHeader(head.fields),
                isAsyncQuery: try CallWish.isAsync(query: head.query))
            let image = try decoder.decode(form, dialect)
            let call = try await prepare(image, caller, record)
            return try await respond(call, image.wish, Repeat(head, form))
        } catch {
            return error.response(in: dialect)
        }
    }

    private func respond(_ call: ImageCall, _ wish: CallWish, _ repeated: Repeat) async throws(APIError) -> HTTPResponse {
        let fingerprint = await repeated.fingerprint()
        let entry = TaskEntry(services: services, caller: call.caller, record: call.record)
        let claim = try fingerprint.flatMap { text throws(APIError) in try entry.claim(repeated.head, fingerprint: text) }
        let task = ImageTaskCall(call: call, wish: wish, claim: claim)
        if claim != nil || wish.mode != .wait || wish.webhookURL != nil {
            return await HeartbeatCall(services: services, wish: wish, dialect: call.dialect, isRaw: call.isRaw)
                .response { await task.response() }
        }
        guard call.request.partialImages == nil else {
            return await StreamingCall(call, place: try services.place(of: call.caller)).response()
        }
        let id = TaskID.make(.image, entropy: randomBytes(17))
        let mayBecomeTask = call.mayBecomeTask
        let heart = HeartbeatCall(
            services: services, wish: wish, dialect: call.dialect, isRaw: call.isRaw, taskID: mayBecomeTask ? id : nil)
        return await heart.response { [services] in
            await services.repeats.answer(
                fingerprint.map { SharedCallKey(owner: call.caller.name, fingerprint: $0, variant: repeated.variant) },
                retryCount: repeated.retryCount, on: services.loop
            ) {
                guard let place = services.limiter.begin(call.caller) else {
                    return services.limiter.tooManyTasks(call.caller).response(in: call.dialect)
                }
                if mayBecomeTask { return await task.respondSynchronously(id: id, place: place) }
                defer { place.end() }
                return await call.response()
            }
        }
    }

    /// Loads the inputs, then looks for the model: what is wrong with the former is said first.
    private func prepare(_ image: ImageRequest, _ caller: Caller, _ record: RequestRecord) async throws(APIError) -> ImageCall {
        record.update { $0.model = image.generation.model }
        var request = try await services.inputLoader(caller).load(image)
        let route = try services.route(of: &request)
        return ImageCall(services: services, request: request, route: route, dialect: image.dialect, caller: caller, record: record)
    }
}

/// One image call that is ready to be dispatched.
struct ImageCall: Sendable {
    let services: GatewayServices
    let request: GenerationRequest
    let route: ModelRoute
    let dialect: Dialect
    let caller: Caller
    let record: RequestRecord

    var policy: FallbackPolicy { services.settings.policy(of: route, request.routing) }

    func response() async -> HTTPResponse {
        let started = ContinuousClock.now
        let outcome = await services.dispatcher.dispatch(request, route: route.candidates, policy: policy)
        record.update { $0.attempts = outcome.attempts }
        var response: HTTPResponse
        do throws(APIError) {
            response = try await answer(to: outcome, started: started)
        } catch {
            response = error.response(in: dialect)
        }
        CallFields.add(to: &response, outcome, latency: .now - started)
        return response
    }

    private func answer(to outcome: DispatchOutcome, started: ContinuousClock.Instant) async throws(APIError) -> HTTPResponse {
        let result: GenerationResult
        switch outcome.result {
        case .success(let made): result = made
        case .failure(let failure): throw APIError(failure, attempts: outcome.attempts, dialect: dialect)
        }
        do throws(APIError) {
            let delivery = try await delivery(wish: request.output).deliver(result.assets, madeBy: outcome.makers)
            let answer = ImagesAnswer(
                images: delivery.images, details: result.details, usage: result.usage, warnings: outcome.warnings.joined(delivery.warnings),
                created: time(nil), latency: .now - started, cost: cost(of: result))
            return response(answer)
        } catch {
            var error = error
            error.attempts = outcome.attempts
            throw error
        }
    }

    /// How results reach the caller.
    func delivery(wish: OutputWish) -> ResultDelivery {
        ResultDelivery(store: services.store, ownFiles: services.ownFiles, caller: caller, wish: wish, fetch: services.fetchResult)
    }

    /// The answer is no JSON.
    var isRaw: Bool { request.output.delivery == .raw || request.partialImages != nil }

    /// A provider of the route may answer with a job instead of a picture.
    var mayBecomeTask: Bool {
        route.candidates.contains { candidate in
            services.dispatcher.upstreams[candidate.provider]?.provider.capabilities(for: candidate.upstreamModel).submitsJobs ?? false
        }
    }

    /// USD: as the provider tells it, else by the configured price; nil: unknown.
    private func cost(of result: GenerationResult) -> Double? {
        result.cost ?? route.policy.imagePrice.map { $0 * Double(result.assets.count) }
    }

    /// An answer as bytes or as the dialect's JSON.
    func response(_ answer: ImagesAnswer) -> HTTPResponse {
        var response: HTTPResponse
        if request.output.delivery == .raw, case .raw(let bytes)? = answer.images.first?.content {
            let type = answer.images[0].type?.rawValue ?? "application/octet-stream"
            response = HTTPResponse(status: 200, fields: [.contentType: type, .contentTypeOptions: "nosniff"], body: .pieces([bytes]))
        } else {
            response = HTTPResponse(json: answer.json(in: dialect))
        }
        if let cost = answer.cost { response.fields.append(.zoetropeCost, Money.text(cost)) }
        if !answer.warnings.isEmpty { response.fields.append(.zoetropeWarnings, WarningsField.value(answer.warnings)) }
        return response
    }
}
