import HTTP
import Media

extension GatewayHandler {
    /// What costs nothing.
    @inline(never)
    func look(_ request: HTTPRequest, _ record: RequestRecord) async -> HTTPResponse {
        do throws(APIError) {
            return try await answer(to: request, record)
        } catch {
            return error.response(in: Route.dialect(ofPath: request.head.path))
        }
    }

    private func answer(to request: HTTPRequest, _ record: RequestRecord) async throws(APIError) -> HTTPResponse {
        switch record.match {
        case .notFound: throw APIError(404, code: "not_found", "There is nothing at \(request.head.path.prefix(200)).")
        case .wrongMethod(let methods): return GatewayHandler.wrongMethod(methods, request.head.path)
        case .found(.health): return HTTPResponse(json: ["status": "ok"])
        case .found(.readiness): return readiness()
        case .found(.description): return description.answer(to: request.head)
        case .found(.console(let name)): return try console.answer(to: request.head, file: name)
        case .found(.file(let name)): return try await files.answer(to: request.head, name: name)
        case .found(let route): return try await answer(route, request, try caller(request, record))
        }
    }

    /// What needs a caller.
    private func answer(_ route: Route, _ request: HTTPRequest, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        switch route {
        case .health, .readiness, .description, .file, .console: preconditionFailure("open to everybody")
        case .images, .makeVideo, .explain: preconditionFailure("a call")
        case .models: return models.list()
        case .me: return HTTPResponse(json: KeyJSON.json(caller))
        case .providers: return await providers.list(caller)
        case .metrics:
            guard caller.isOperator else { throw .operatorOnly }
            return await metrics.answer()
        case .usage: return try await UsageEndpoint(services: services).answer(to: request.head, caller)
        case .model(let name): return try request.head.method == .delete ? models.refuseDeletion(of: name) : models.model(name)
        case .videos: return try await videoReads.list(request.head, caller)
        case .video(let id):
            if request.head.method == .delete { return try await videoReads.delete(id, caller) }
            return try await videoReads.video(id, request.head, caller)
        case .videoContent(let id): return try await videoReads.content(of: id, request.head, caller)
        case .tasks: return try await tasks.list(request.head, caller)
        case .task(let id): return try await request.head.method == .delete ? tasks.delete(id, caller) : tasks.task(id, caller)
        case .cancelTask(let id): return try await tasks.cancel(id, caller)
        case .taskEvents(let id): return try await tasks.events(id, caller)
        case .infronTask(let kind, let id): return try await tasks.infronTask(id, kind, caller)
        }
    }

    /// Whose key came with the request.
    func caller(_ request: HTTPRequest, _ record: RequestRecord) throws(APIError) -> Caller {
        guard let caller = services.keys.caller(request.head.fields) else { throw .unauthorized }
        if caller == .anonymous, request.head.isOfForeignPage(publicURL: services.settings.publicURL), cors?.invites(request.head) != true {
            throw .foreignOrigin
        }
        if caller == .anonymous, services.settings.isLocal, !request.head.namesLocalHost(publicURL: services.settings.publicURL) {
            throw .foreignHost
        }
        record.update { $0.caller = caller.name }
        return caller
    }

    private func readiness() -> HTTPResponse {
        guard services.state.isDraining else { return HTTPResponse(json: ["status": "ready"]) }
        return HTTPResponse(json: ["status": "draining"], status: 503)
    }

    private static func wrongMethod(_ methods: [HTTPMethod], _ path: String) -> HTTPResponse {
        let list = methods.map(\.rawValue).joined(separator: ", ")
        let error = APIError(405, code: "method_not_allowed", "This path takes \(list).")
        var response = error.response(in: Route.dialect(ofPath: path))
        response.fields.set(.allow, list)
        return response
    }
}

extension APIError {
    /// Why the server did not ask for an answer.
    init(_ reason: HTTPRefusal) {
        self =
            switch reason {
            case .malformed(let error):
                APIError(error.status, code: "malformed_request", "The request is malformed: \(error.message).")
            case .headTimeout: APIError(408, code: "request_timeout", "The request took too long to arrive.")
            case .unknownExpectation: APIError(417, code: "expectation_failed", "The only expectation known here is 100-continue.")
            case .noRoom:
                APIError(503, type: "server_error", code: "too_many_connections", "Too many connections.", retryAfter: .seconds(1))
            }
    }
}

extension Route {
    /// In which a call that costs is answered; nil: it is none.
    var callDialect: Dialect? {
        switch self {
        case .images(_, let dialect), .makeVideo(_, _, let dialect): dialect
        case .explain: .openAI
        case .videos, .video, .videoContent, .tasks, .task, .cancelTask, .taskEvents, .infronTask, .models, .model, .me, .providers, .file,
            .console, .description, .metrics, .usage, .health, .readiness:
            nil
        }
    }
}
