import HTTP
import Media

/// `POST /v1/explain`: what would become of a call. It is read just like the call itself, and nothing is sent to anybody.
struct ExplainEndpoint: Sendable {
    let services: GatewayServices

    /// The answer, errors included.
    @inline(never)
    func response(to request: HTTPRequest, caller: Caller, record: RequestRecord) async -> HTTPResponse {
        do throws(APIError) {
            return try await respond(to: request, caller: caller, record: record)
        } catch { return error.response(in: .openAI) }
    }

    private func respond(to request: HTTPRequest, caller: Caller, record: RequestRecord) async throws(APIError) -> HTTPResponse {
        var form = try await services.form(of: request)
        let operation = try Self.operation(&form)
        // Nobody reads the prompt of a dry run.
        if form.fields["prompt"] == nil { form.fields["prompt"] = "-" }
        var generation = try await generation(form, operation, caller)
        record.update { $0.model = generation.model }
        let route = try services.route(of: &generation)
        try generation.checkSize()
        let policy = services.policy(of: route, for: generation)
        let prospects = services.dispatcher.prospects(of: generation, route: route.candidates, policy: policy)
        let now = services.dispatcher.environment.now()
        return HTTPResponse(json: Explanation(request: generation, policy: policy, prospects: prospects, now: now).json)
    }

    private func generation(
        _ form: RequestForm, _ named: GenerationRequest.Operation?, _ caller: Caller
    ) async throws(APIError) -> GenerationRequest {
        let operation = named ?? operation(of: form)
        guard operation.isVideo else {
            let decoder = ImageRequestDecoder(operation: operation, defaults: services.settings.defaults, wantsRawBytes: false)
            return try await services.inputLoader(caller).load(decoder.decode(form, .openAI))
        }
        let decoder = VideoRequestDecoder(operation: operation, defaults: services.settings.defaults, wantsRawBytes: false)
        let video = try decoder.decode(form, .openAI)
        var request = try await services.inputLoader(caller).load(video)
        if case .task(let id)? = video.video { _ = try await SourceVideoFinder(services: services, caller: caller).find(id, for: &request) }
        return request
    }

    /// Which call is meant where the body does not say: a video if it has a length, or a model that makes nothing else.
    private func operation(of form: RequestForm) -> GenerationRequest.Operation {
        let signs = ["seconds", "input_reference", "duration"]
        if signs.contains(where: { form.fields[$0] != nil }) || form.files.contains(where: { signs.contains($0.field) }) { return .video }
        guard let model = form.fields["model"]?.string, let route = services.settings.models.route(for: model) else { return .generate }
        let operations = route.candidates.compactMap { candidate in
            services.dispatcher.target(of: candidate).capabilities(for: nil)?.value.operations
        }
        let all = operations.reduce(into: Set()) { $0.formUnion($1) }
        return !all.isEmpty && all.allSatisfy(\.isVideo) ? .video : .generate
    }

    /// Takes `operation` out of the form: it is no field of the call itself.
    private static func operation(_ form: inout RequestForm) throws(APIError) -> GenerationRequest.Operation? {
        guard let value = form.fields.removeValue(forKey: "operation"), !value.isNull else { return nil }
        let names = GenerationRequest.Operation.allCases.map(\.rawValue)
        guard let operation = value.string.flatMap(GenerationRequest.Operation.init) else {
            throw .invalid("operation", "Invalid value for 'operation'. Supported values are: \(names.joined(separator: ", ")).")
        }
        return operation
    }
}
