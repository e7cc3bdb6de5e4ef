import HTTP
import Media
import Transport

/// The calls that make videos, in all dialects.
struct VideosEndpoint: Sendable {
    let services: GatewayServices

    /// - Parameter sourceID: the id in the path of a remix.
    @inline(never)
    func respond(
        to request: HTTPRequest, _ operation: GenerationRequest.Operation, sourceID: String?, _ pathDialect: Dialect, caller: Caller,
        record: RequestRecord
    ) async -> HTTPResponse {
        var dialect = pathDialect
        do throws(APIError) {
            let head = request.head
            let form = try await services.form(of: request)
            dialect = VideoRequestDecoder.dialect(of: form, path: pathDialect)
            let decoder = VideoRequestDecoder(
                operation: operation, defaults: services.settings.defaults,
                wantsRawBytes: AcceptHeader(head.fields[.accept] ?? "application/json").prefersVideo, sourceID: sourceID,
                prefer: PreferHeader(head.fields), isAsyncQuery: try CallWish.isAsync(query: head.query))
            let video = try decoder.decode(form, dialect)
            let call = try await prepare(video, caller, record, Repeat(head, form))
            let isRaw = call.request.output.delivery == .raw
            return await HeartbeatCall(services: services, wish: video.wish, dialect: dialect, isRaw: isRaw).response {
                await call.response()
            }
        } catch {
            return error.response(in: dialect)
        }
    }

    private func prepare(
        _ video: VideoRequest, _ caller: Caller, _ record: RequestRecord, _ repeated: Repeat?
    ) async throws(APIError) -> VideoCall {
        record.update { $0.model = video.generation.model }
        var request = try await services.inputLoader(caller).load(video)
        var source: String?
        if case .task(let id)? = video.video {
            source = try await SourceVideoFinder(services: services, caller: caller).find(id, for: &request)
        }
        let route = try services.route(of: &request)
        record.update { $0.model = request.model }
        if case .made = request.source { try SourceVideoFinder.check(request, route) }
        let entry = TaskEntry(services: services, caller: caller, record: record, isCollectedLater: video.dialect == .openAI)
        return VideoCall(
            services: services, entry: entry, request: request, wish: video.wish, dialect: video.dialect, sourceTask: source,
            identity: try await repeated?.identity(of: caller, at: services.tasks.age()) ?? CallIdentity())
    }
}

/// Finds the video that another one is to be made from. Where its maker knows it by a lasting name, only the maker can do that; elsewhere it
/// is given along like a video of the caller's own.
struct SourceVideoFinder: Sendable {
    let services: GatewayServices
    let caller: Caller

    /// Puts the maker's own name of the video into the request, or the video itself.
    /// - Returns: the id of the video's task.
    func find(_ id: String, for request: inout GenerationRequest) async throws(APIError) -> String {
        guard let task = try await services.tasks.find(id, owner: caller.name)?.task, task.kind == .video else {
            throw .unknownVideo(id)
        }
        guard task.phase == .completed else {
            throw .invalid("video", "The video '\(id)' is not ready yet.", code: "video_not_ready")
        }
        guard let origin = task.origin else {
            throw .invalid("video", "The provider that made '\(id)' cannot make another video from it.", code: "unsupported_request")
        }
        let model = task.order.request.model
        guard request.model.isEmpty || services.settings.models.route(for: request.model)?.model == model else {
            throw .invalid("model", "A video that is made from '\(id)' has its model, '\(model)'.")
        }
        request.model = model
        if !isNamed(by: origin.candidate, request.operation), let video = await services.inputLoader(caller).video(of: task) {
            request.source = .given(video)
            return task.id
        }
        request.source = .made(origin.operation)
        request.routing.only = [origin.candidate.provider]
        request.routing.order = []
        request.routing.ignore = []
        return task.id
    }

    /// Whether the maker knows its videos for as long as they may be asked for.
    private func isNamed(by maker: Candidate, _ operation: GenerationRequest.Operation) -> Bool {
        services.dispatcher.upstreams[maker.provider]?.capabilities(for: maker.upstreamModel, operation).namesOwnVideos ?? true
    }

    /// - Throws: when the maker has left the route.
    static func check(_ request: GenerationRequest, _ route: ModelRoute) throws(APIError) {
        guard let maker = request.routing.only.first, !route.candidates.contains(where: { $0.provider == maker }) else { return }
        throw APIError(
            400, code: "provider_not_in_route", field: "video",
            "The video was made by the provider '\(maker)', which is not in the route of '\(request.model)' any more; only it could go on "
                + "from it.")
    }
}

extension APIError {
    static func unknownVideo(_ id: String) -> APIError {
        APIError(404, code: "not_found", "There is no video '\(id.prefix(64))'.")
    }
}
