import Glibc
import HTTP
import Media

/// The image calls of all dialects: read, dispatch, deliver.
struct ImagesEndpoint: Sendable {
    let services: GatewayServices

    func respond(
        to request: HTTPRequest, _ operation: GenerationRequest.Operation, _ pathDialect: Dialect, caller: Caller, record: RequestRecord
    ) async -> HTTPResponse {
        var dialect = pathDialect
        do throws(APIError) {
            let form = try await FormReader(limits: services.settings.limits, spoolFolder: services.settings.spoolFolder).read(request)
            dialect = ImageRequestDecoder.dialect(of: form, path: pathDialect)
            let wantsRaw = AcceptHeader.prefersImage(request.head.fields[.accept])
            let decoder = ImageRequestDecoder(operation: operation, defaults: services.settings.defaults, wantsRawBytes: wantsRaw)
            let call = try await prepare(try decoder.decode(form, dialect), caller, record)
            return call.request.partialImages == nil ? await call.response() : await StreamingCall(call).response()
        } catch {
            return error.response(in: dialect)
        }
    }

    /// Loads the inputs, then looks for the model: what is wrong with the former is said first.
    private func prepare(_ image: ImageRequest, _ caller: Caller, _ record: RequestRecord) async throws(APIError) -> ImageCall {
        record.update { $0.model = image.generation.model }
        let loader = InputLoader(
            store: services.store, ownFiles: services.ownFiles, rules: services.fetchRules, caller: caller,
            maximumFile: services.settings.limits.file)
        var request = try await loader.load(image)
        guard !request.model.isEmpty else { throw APIError(400, code: "missing_required_parameter", field: "model", "model is required") }
        guard let route = services.settings.models.route(for: request.model) else { throw .unknownModel(request.model) }
        request.model = route.model
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
        let (access, fetcher, timeout) = (services.resultAccess, services.fetcher, services.fetchRules.timeout)
        return ResultDelivery(store: services.store, ownFiles: services.ownFiles, caller: caller, wish: wish) { url, maker in
            let access = maker.flatMap { access[$0.provider] }
            let own = (try? HTTPURL(parsing: url)).flatMap { parsed in access?.isOwn(parsed) == true ? parsed : nil }
            let credentials = own.flatMap { access?.credentials($0) } ?? HTTPFields()
            return await fetcher.fetch(resultURL: url, ownOrigin: own?.origin, credentials: credentials, deadline: .now + timeout)
        }
    }

    /// USD: as the provider tells it, else by the configured price; nil: unknown.
    private func cost(of result: GenerationResult) -> Double? {
        result.cost ?? route.policy.imagePrice.map { $0 * Double(result.assets.count) }
    }

    private func response(_ answer: ImagesAnswer) -> HTTPResponse {
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
