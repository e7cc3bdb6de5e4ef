import Glibc
package import HTTP
import Media
import Synchronization
import Transport

/// The gateway behind one loop's connections: routes, keys, endpoints, log.
package final class GatewayHandler: HTTPHandler {
    private let services: GatewayServices
    private let cors: CORSPolicy?
    private let images: ImagesEndpoint
    private let videos: VideosEndpoint
    private let videoReads: VideoReadsEndpoint
    private let tasks: TasksEndpoint
    private let models: ModelsEndpoint
    private let explain: ExplainEndpoint
    private let providers: ProvidersEndpoint
    private let metrics: MetricsEndpoint
    private let files: FilesEndpoint
    private let description: APIDescription
    private let console: ConsoleEndpoint
    private let ids = RequestIDs()

    package init(_ services: GatewayServices, description: APIDescription = APIDescription([]), console: Console = Console()) {
        self.services = services
        self.description = description
        self.console = ConsoleEndpoint(console: console)
        cors = services.settings.allowedOrigins.map(CORSPolicy.init)
        images = ImagesEndpoint(services: services)
        videos = VideosEndpoint(services: services)
        tasks = TasksEndpoint(services: services)
        models = ModelsEndpoint(services: services)
        explain = ExplainEndpoint(services: services)
        providers = ProvidersEndpoint(services: services)
        metrics = MetricsEndpoint(services: services)
        files = FilesEndpoint(store: services.store, retention: services.settings.retention, now: { time(nil) })
        videoReads = VideoReadsEndpoint(services: services, files: files)
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        let path = request.head.path
        let id = ids.next()
        let record = RequestRecord(AccessRecord(requestID: id, method: request.head.method, path: path, started: .now))
        let match = Route.match(request.head.method, path: path)
        var response: HTTPResponse
        if let cors, let preflight = cors.preflight(request.head) {
            response = preflight
        } else {
            response = await traced(request, match, record)
        }
        cors?.apply(to: &response, for: request.head)
        response.fields.append(.requestID, id)
        log(&response, record, match)
        return response
    }

    /// Whatever is asked of providers belongs to the caller's trace, where there is one.
    private func traced(_ request: HTTPRequest, _ match: Route.Match, _ record: RequestRecord) async -> HTTPResponse {
        guard let trace = TraceContext.of(request.head.fields, services.spans) else { return await answer(request, match, record) }
        record.update { $0.trace = trace }
        return await answer(request, match, record, in: trace)
    }

    @inline(never)
    private func answer(_ request: HTTPRequest, _ match: Route.Match, _ record: RequestRecord, in trace: TraceContext) async -> HTTPResponse
    {
        await TraceContext.$current.withValue(trace) { await answer(request, match, record) }
    }

    private func answer(_ request: HTTPRequest, _ match: Route.Match, _ record: RequestRecord) async -> HTTPResponse {
        do throws(APIError) {
            return try await route(request, match, record)
        } catch {
            return error.response(in: Route.dialect(ofPath: request.head.path))
        }
    }

    private func route(_ request: HTTPRequest, _ match: Route.Match, _ record: RequestRecord) async throws(APIError) -> HTTPResponse {
        switch match {
        case .notFound: throw APIError(404, code: "not_found", "There is nothing at \(request.head.path.prefix(200)).")
        case .wrongMethod(let methods): return GatewayHandler.wrongMethod(methods, request.head.path)
        case .found(.health): return HTTPResponse(json: ["status": "ok"])
        case .found(.readiness): return readiness()
        case .found(.description): return description.answer(to: request.head)
        case .found(.console(let name)): return try console.answer(to: request.head, file: name)
        case .found(.file(let name)): return try await files.answer(to: request.head, name: name)
        case .found(let route): return try await answer(route, request, try caller(request, record), record)
        }
    }

    /// What needs a caller.
    private func answer(
        _ route: Route, _ request: HTTPRequest, _ caller: Caller, _ record: RequestRecord
    ) async throws(APIError) -> HTTPResponse {
        switch route {
        case .health, .readiness, .description, .file, .console: preconditionFailure("open to everybody")
        case .explain:
            return await limited(caller, in: .openAI) {
                do throws(APIError) {
                    return try await explain.respond(to: request, caller: caller, record: record)
                } catch { return error.response(in: .openAI) }
            }
        case .models: return models.list()
        case .me: return HTTPResponse(json: KeyJSON.json(caller))
        case .providers: return await providers.list(caller)
        case .metrics:
            guard caller.isOperator else { throw .operatorOnly }
            return await metrics.answer()
        case .usage: return try await UsageEndpoint(services: services).answer(to: request.head, caller)
        case .model(let name): return try request.head.method == .delete ? models.refuseDeletion(of: name) : models.model(name)
        case .images(let operation, let dialect):
            return await limited(caller, in: dialect) {
                await images.respond(to: request, operation, dialect, caller: caller, record: record)
            }
        case .makeVideo(let operation, let source, let dialect):
            return await limited(caller, in: dialect) {
                await videos.respond(to: request, operation, sourceID: source, dialect, caller: caller, record: record)
            }
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

    /// A call that costs: counted against the caller's requests per minute.
    private func limited(_ caller: Caller, in dialect: Dialect, _ work: () async -> HTTPResponse) async -> HTTPResponse {
        let admission = services.limiter.admit(caller, at: .now)
        var response = admission.isAdmitted ? await work() : admission.error.response(in: dialect)
        admission.add(to: &response.fields)
        services.limiter.addTaskFields(of: caller, to: &response.fields)
        if let warning = services.spending.warning(for: caller.name) { response.fields.set(.zoetropeBudget, warning) }
        return response
    }

    private func caller(_ request: HTTPRequest, _ record: RequestRecord) throws(APIError) -> Caller {
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

    package func refuse(_ reason: HTTPRefusal) -> HTTPResponse {
        let record = RequestRecord(
            AccessRecord(requestID: ids.next(), method: HTTPMethod("-"), path: "-", started: .now))
        var response = GatewayHandler.error(for: reason).response(in: .openAI)
        record.read { response.fields.set(.requestID, $0.requestID) }
        log(&response, record, .notFound)
        return response
    }

    private static func error(for reason: HTTPRefusal) -> APIError {
        switch reason {
        case .malformed(let error): APIError(error.status, code: "malformed_request", "The request is malformed: \(error.message).")
        case .headTimeout: APIError(408, code: "request_timeout", "The request took too long to arrive.")
        case .unknownExpectation: APIError(417, code: "expectation_failed", "The only expectation known here is 100-continue.")
        case .noRoom:
            APIError(503, type: "server_error", code: "too_many_connections", "Too many connections.", retryAfter: .seconds(1))
        }
    }

    /// Sees to the log line that follows the last byte.
    private func log(_ response: inout HTTPResponse, _ record: RequestRecord, _ match: Route.Match) {
        record.update { $0.status = response.status.code }
        let (log, counters) = (services.log, services.counters)
        response.onEnd = { delivery in
            let now = Instant.now
            record.read { record in
                counters.count(record, match, delivery, now: now)
                record.trace?.record(record, match, delivery, now: now)
                log.write(record.line(delivery, now: now, secondsSince1970: time(nil)))
            }
        }
    }
}

/// A log record that endpoints fill in while they work.
final class RequestRecord: Sendable {
    private let record: Mutex<AccessRecord>

    init(_ record: consuming AccessRecord) {
        self.record = Mutex(record)
    }

    /// Without a copy: it is read where it is.
    func read(_ body: (borrowing AccessRecord) -> Void) {
        record.withLock { body($0) }
    }

    func update(_ change: (inout AccessRecord) -> Void) {
        record.withLock { change(&$0) }
    }
}
