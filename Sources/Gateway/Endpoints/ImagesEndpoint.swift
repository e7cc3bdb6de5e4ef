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
            let wantsRaw = AcceptHeader(request.head.fields[.accept]).prefersImage
            let decoder = ImageRequestDecoder(operation: operation, defaults: services.settings.defaults, wantsRawBytes: wantsRaw)
            let call = try await prepare(try decoder.decode(form, dialect), caller, record)
            if call.request.partialImages != nil { return try await StreamingCall(call).response() }
            return try await call.response()
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

    func response() async throws(APIError) -> HTTPResponse {
        let started = ContinuousClock.now
        let outcome = await services.dispatcher.dispatch(request, route: route.candidates, policy: policy)
        record.update { $0.attempts = outcome.attempts }
        let result: GenerationResult
        switch outcome.result {
        case .success(let made): result = made
        case .failure(let failure): throw APIError(failure, attempts: outcome.attempts, dialect: dialect)
        }
        do throws(APIError) {
            let delivery = try await delivery(from: outcome.winner, wish: request.output).deliver(result.assets)
            let answer = ImagesAnswer(
                images: delivery.images, details: result.details, usage: result.usage, warnings: outcome.warnings + delivery.warnings,
                created: time(nil), latency: .now - started, cost: cost(of: result))
            return response(answer, outcome)
        } catch {
            var error = error
            error.attempts = outcome.attempts
            throw error
        }
    }

    /// How results of a candidate reach the caller.
    func delivery(from winner: Candidate?, wish: OutputWish) -> ResultDelivery {
        let access = winner.flatMap { services.resultAccess[$0.provider] }
        let fetcher = services.fetcher
        let deadline = ContinuousClock.now + services.fetchRules.timeout
        return ResultDelivery(store: services.store, ownFiles: services.ownFiles, caller: caller, wish: wish) { url in
            let own = (try? HTTPURL(parsing: url)).flatMap { parsed in access?.isOwn(parsed) == true ? parsed : nil }
            let credentials = own.flatMap { access?.credentials($0) } ?? HTTPFields()
            return await fetcher.fetch(resultURL: url, ownOrigin: own?.origin, credentials: credentials, deadline: deadline)
        }
    }

    /// USD: as the provider tells it, else by the configured price; nil: unknown.
    private func cost(of result: GenerationResult) -> Double? {
        result.cost ?? route.policy.imagePrice.map { $0 * Double(result.assets.count) }
    }

    private func response(_ answer: ImagesAnswer, _ outcome: DispatchOutcome) -> HTTPResponse {
        var response: HTTPResponse
        if request.output.delivery == .raw, answer.images.count == 1, case .raw(let bytes) = answer.images[0].content {
            let type = answer.images[0].type?.rawValue ?? "application/octet-stream"
            response = HTTPResponse(status: 200, fields: [.contentType: type, .contentTypeOptions: "nosniff"], body: .pieces([bytes]))
        } else {
            response = HTTPResponse(json: answer.json(in: dialect))
        }
        if let winner = outcome.winner { response.fields.append(.zoetropeProvider, winner.provider) }
        response.fields.append(.zoetropeAttempts, AttemptsHeader(outcome.attempts).value)
        response.fields.append(.zoetropeLatency, String(answer.latency.wholeMilliseconds))
        if let cost = answer.cost { response.fields.append(.zoetropeCost, "\(cost)") }
        if !answer.warnings.isEmpty { response.fields.append(.zoetropeWarnings, WarningsField.value(answer.warnings)) }
        return response
    }
}

/// Warnings as one field value, in visible ASCII.
enum WarningsField {
    static func value(_ warnings: [Warning]) -> String {
        let text = warnings.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
        return String(decoding: text.utf8.prefix(2048).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
