import Glibc
package import HTTP
import Media
import Transport

/// The gateway behind one loop's connections: routes, keys, endpoints, log.
package final class GatewayHandler: HTTPHandler {
    let services: GatewayServices
    let cors: CORSPolicy?
    let images: ImagesEndpoint
    let videos: VideosEndpoint
    let videoReads: VideoReadsEndpoint
    let tasks: TasksEndpoint
    let models: ModelsEndpoint
    let explain: ExplainEndpoint
    let providers: ProvidersEndpoint
    let metrics: MetricsEndpoint
    let files: FilesEndpoint
    let description: APIDescription
    let console: ConsoleEndpoint
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
        let record = begin(request)
        var response = await answer(request, record, course(of: request, record))
        end(&response, request, record)
        return response
    }

    // Not inlined, like all that does not wait: its temporaries would wait with the call.
    @inline(never)
    private func begin(_ request: HTTPRequest) -> RequestRecord {
        let (method, path) = (request.head.method, request.head.path)
        return RequestRecord(
            AccessRecord(requestID: ids.next(), method: method, path: path, started: .now), Route.match(method, path: path))
    }

    /// What every answer says, and its log line.
    @inline(never)
    private func end(_ response: inout HTTPResponse, _ request: HTTPRequest, _ record: RequestRecord) {
        if let (caller, admission) = record.admission { addLimits(of: caller, admission, to: &response) }
        cors?.apply(to: &response, for: request.head)
        record.read { response.fields.append(.requestID, $0.requestID) }
        log(&response, record)
    }

    private func addLimits(of caller: Caller, _ admission: Admission, to response: inout HTTPResponse) {
        admission.add(to: &response.fields)
        services.limiter.addTaskFields(of: caller, to: &response.fields)
        if let warning = services.spending.warning(for: caller.name) { response.fields.set(.zoetropeBudget, warning) }
    }

    /// What becomes of a request.
    private enum Course {
        case answered(HTTPResponse)
        /// It belongs to a trace.
        case traced
        /// It costs nothing.
        case look
        /// It costs.
        case call(Route, Caller)
    }

    @inline(never)
    private func course(of request: HTTPRequest, _ record: RequestRecord) -> Course {
        if let preflight = cors?.preflight(request.head) { return .answered(preflight) }
        guard let trace = TraceContext.of(request.head.fields, services.spans) else { return untracedCourse(of: request, record) }
        record.update { $0.trace = trace }
        return .traced
    }

    /// Calls that cost are counted against the caller's requests per minute.
    @inline(never)
    private func untracedCourse(of request: HTTPRequest, _ record: RequestRecord) -> Course {
        guard case .found(let route) = record.match, let dialect = route.callDialect else { return .look }
        do throws(APIError) {
            let caller = try caller(request, record)
            let admission = services.limiter.admit(caller, at: .now)
            record.update { $0.admission = (caller, admission) }
            return admission.isAdmitted ? .call(route, caller) : .answered(admission.error.response(in: dialect))
        } catch {
            return .answered(error.response(in: Route.dialect(ofPath: request.head.path)))
        }
    }

    /// Calls that cost wait for long: nothing of other requests is in their frames.
    @inline(__always)
    private func answer(_ request: HTTPRequest, _ record: RequestRecord, _ course: consuming Course) async -> HTTPResponse {
        switch course {
        case .answered(let response): response
        case .traced: await traced(request, record)
        case .look: await look(request, record)
        case .call(.images(let operation, let dialect), let caller):
            await images.respond(to: request, operation, dialect, caller: caller, record: record)
        case .call(.makeVideo(let operation, let source, let dialect), let caller):
            await videos.respond(to: request, operation, sourceID: source, dialect, caller: caller, record: record)
        case .call(_, let caller): await explain.response(to: request, caller: caller, record: record)
        }
    }

    /// Whatever is asked of providers belongs to the caller's trace.
    @inline(never)
    private func traced(_ request: HTTPRequest, _ record: RequestRecord) async -> HTTPResponse {
        await TraceContext.$current.withValue(record.trace) { await answer(request, record, untracedCourse(of: request, record)) }
    }

    package func refuse(_ reason: HTTPRefusal) -> HTTPResponse {
        let record = RequestRecord(
            AccessRecord(requestID: ids.next(), method: HTTPMethod("-"), path: "-", started: .now), .notFound)
        var response = APIError(reason).response(in: .openAI)
        record.read { response.fields.set(.requestID, $0.requestID) }
        log(&response, record)
        return response
    }

    /// Sees to the log line that follows the last byte.
    private func log(_ response: inout HTTPResponse, _ entry: RequestRecord) {
        entry.update { $0.status = response.status.code }
        let (log, counters) = (services.log, services.counters)
        response.onEnd = { delivery in
            let now = Instant.now
            entry.read { record in
                counters.count(record, entry.match, delivery, now: now)
                record.trace?.record(record, entry.match, delivery, now: now)
                log.write(record.line(delivery, now: now, secondsSince1970: time(nil)))
            }
        }
    }
}
