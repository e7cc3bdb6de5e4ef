import HTTP
import Media
import Transport

/// `/v1/tasks…`, and Infron's polling paths.
struct TasksEndpoint: Sendable {
    let services: GatewayServices

    private func answers(for caller: Caller) -> TaskAnswers { TaskAnswers(services: services, tellsOwner: caller.isOperator) }

    /// Operators see everybody's; to all others, other keys have none.
    @inline(never)
    func list(_ head: HTTPRequestHead, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let query = try ListQuery(head.query)
        if !caller.isOperator, let owner = query.owner, owner != caller.name {
            return HTTPResponse(json: TaskListJSON.json([], hasMore: false))
        }
        let (page, hasMore) = try await services.tasks.page(query, owner: caller.visibleOwner ?? query.owner, kind: nil)
        return HTTPResponse(json: TaskListJSON.json(page.map(answers(for: caller).json), hasMore: hasMore))
    }

    @inline(never)
    func task(_ id: String, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let (task, answers) = (try await find(id, caller).task, answers(for: caller))
        return answers.polled(answers.json(task), task)
    }

    /// Removes it with its files; one that runs is cancelled first.
    @inline(never)
    func delete(_ id: String, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        try await services.tasks.delete(try await find(id, caller))
        return HTTPResponse(json: TaskDeletedJSON.json(id))
    }

    /// Infron's path is the key's own, as all of its dialect.
    @inline(never)
    func infronTask(_ id: String, _ kind: GenerationTask.Kind, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        guard let task = try await services.tasks.find(id, owner: caller.name)?.task, task.kind == kind else { throw .unknownTask(id) }
        return answers(for: caller).infron(task)
    }

    /// How long a cancellation waits for the provider's word.
    private static let cancelTime = Duration.seconds(10)

    /// Cancelling what has ended changes nothing and is no error.
    @inline(never)
    func cancel(_ id: String, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let (handle, answers) = (try await find(id, caller), answers(for: caller))
        if case .live(let live) = handle {
            services.tasks.cancel(live)
            let environment = services.dispatcher.environment
            await live.wait(until: environment.now() + Self.cancelTime, environment)
        }
        let task = handle.task
        return answers.polled(answers.json(task), task)
    }

    /// The task's states as they change, until its end.
    @inline(never)
    func events(_ id: String, _ caller: Caller) async throws(APIError) -> HTTPResponse {
        let (handle, answers) = (try await find(id, caller), answers(for: caller))
        let fields: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", "x-accel-buffering": "no",
            .zoetropeTask: handle.task.id,
        ]
        switch handle {
        case .stored(let task): return HTTPResponse(status: 200, fields: fields, body: HTTPBody(answers.event(task).encoded))
        case .live(let live):
            let stream = TaskEventStream(live, answers, services.dispatcher.environment, services)
            return HTTPResponse(status: 200, fields: fields, body: .stream(stream, length: nil))
        }
    }

    private func find(_ id: String, _ caller: Caller) async throws(APIError) -> TaskHandle {
        guard let handle = try await services.tasks.find(id, owner: caller.visibleOwner) else { throw .unknownTask(id) }
        return handle
    }
}

extension APIError {
    fileprivate static func unknownTask(_ id: String) -> APIError {
        APIError(404, code: "not_found", "There is no task '\(id.prefix(64))'.")
    }
}

/// The states of one task as events; a comment in between keeps the connection alive.
private actor TaskEventStream: HTTPBodyStream {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let live: LiveTask
    private let answers: TaskAnswers
    private let environment: DispatchEnvironment
    private let state: GatewayState
    private var told = -1
    private var hasEnded = false

    private static let silence = Duration.seconds(15)
    /// How often it is looked whether the process is to end: whoever follows comes back to the next one.
    private static let look = Duration.seconds(1)

    init(_ live: LiveTask, _ answers: TaskAnswers, _ environment: DispatchEnvironment, _ services: GatewayServices) {
        self.live = live
        self.answers = answers
        self.environment = environment
        loop = services.loop
        state = services.state
    }

    func next() async throws -> ArraySlice<UInt8>? {
        if hasEnded { return nil }
        let deadline = environment.now() + Self.silence
        while true {
            let isOver = live.hasEnded
            let (task, change) = live.snapshot
            if isOver {
                hasEnded = true
                return answers.event(task).encoded[...]
            }
            if change != told {
                told = change
                // The end is told when it is on disk.
                if !task.phase.isFinal { return answers.event(task).encoded[...] }
            }
            await live.news(after: change, until: min(deadline, environment.now() + Self.look), environment)
            try Task.checkCancellation()
            if state.isDraining {
                hasEnded = true
                return nil
            }
            if environment.now() >= deadline { return Array(": still there\n\n".utf8)[...] }
        }
    }
}
