import HTTP
import Media

/// `GET /v1/videos…` and its deletion.
struct VideoReadsEndpoint: Sendable {
    let services: GatewayServices
    let files: FilesEndpoint

    private var answers: TaskAnswers { TaskAnswers(services: services) }

    @inline(never)
    func list(_ head: HTTPRequestHead, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let (page, hasMore) = try await services.tasks.page(ListQuery(head.query), owner: caller.name, kind: .video)
        return HTTPResponse(json: TaskListJSON.json(page.map(answers.video), hasMore: hasMore))
    }

    @inline(never)
    func video(_ id: String, _ head: HTTPRequestHead, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let task = try await find(id, caller).task
        let wantsBytes = head.fields[.accept].map { AcceptHeader($0).prefersVideo } ?? false
        if wantsBytes, task.phase == .completed { return try await content(task, .result, head) }
        return answers.polled(answers.video(task), task)
    }

    @inline(never)
    func delete(_ id: String, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        try await services.tasks.delete(try await find(id, caller))
        return HTTPResponse(json: VideoDeletedJSON.json(id))
    }

    /// `variant=video|thumbnail|spritesheet`.
    @inline(never)
    func content(of id: String, _ head: HTTPRequestHead, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let task = try await find(id, caller).task
        let variant = head.query.flatMap { QueryItems($0)["variant"] } ?? ""
        let roles: [String: TaskOutput.Role] = ["": .result, "video": .result, "thumbnail": .thumbnail, "spritesheet": .spritesheet]
        guard let role = roles[variant] else {
            throw .invalid(
                "variant", "Invalid value: '\(variant.prefix(64))'. Supported values are: 'video', 'thumbnail', 'spritesheet'.")
        }
        switch task.phase {
        case .completed: return try await content(task, role, head)
        case .accepted, .submitting, .submitted: throw APIError(404, code: "video_not_ready", "Video is not ready yet.")
        case .failed, .cancelled:
            throw APIError(404, code: "video_not_available", "The video was not made: \(task.failure?.message ?? "cancelled").")
        }
    }

    private func content(_ task: GenerationTask, _ role: TaskOutput.Role, _ head: HTTPRequestHead) async throws(APIError) -> HTTPResponse {
        guard let output = task.outputs.first(where: { $0.role == role }) else {
            throw APIError(404, code: "variant_not_available", field: "variant", "This video has no \(role.rawValue).")
        }
        switch output.content {
        case .stored(let name): return try await files.answer(to: head, name: name)
        case .remote(let url): return HTTPResponse(status: 302, fields: [.location: url, .cacheControl: "no-store"])
        case .memory: throw APIError(410, code: "result_not_kept", "The result was asked not to be kept.")
        }
    }

    private func find(_ id: String, _ caller: Caller) async throws(APIError) -> TaskHandle {
        guard let handle = try await services.tasks.find(id, owner: caller.name), handle.task.kind == .video else {
            throw .unknownVideo(id)
        }
        return handle
    }
}

extension TaskRunner {
    /// One page of a list; a cursor that names nothing of this owner is an error.
    /// - Parameter owner: nil: everybody.
    func page(
        _ query: ListQuery, owner: String?, kind: GenerationTask.Kind?
    ) async throws(APIError) -> (tasks: [GenerationTask], hasMore: Bool) {
        let page = try await list(query.taskQuery(owner: owner, kind: kind))
        if page.isUnknownCursor { throw .invalid("after", "There is nothing with the id '\(query.after?.prefix(64) ?? "")'.") }
        guard query.limit > 0 else { return ([], !page.tasks.isEmpty) }
        return (page.tasks, page.hasMore)
    }
}
