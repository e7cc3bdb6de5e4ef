import Glibc
import HTTP
import Media
import Transport

/// What callers are told of tasks, in whatever shape they know.
struct TaskAnswers: Sendable {
    let services: GatewayServices
    /// For operators.
    var tellsOwner = false

    /// `/v1/tasks`.
    func json(_ task: GenerationTask) -> JSONValue {
        TaskJSON.json(task, progress: progress(task), tellsOwner: tellsOwner, url: services.fileURL)
    }

    func event(_ task: GenerationTask) -> ServerSentEvent {
        TaskEvent.event(task, progress: progress(task), tellsOwner: tellsOwner, url: services.fileURL)
    }

    func infron(_ task: GenerationTask) -> HTTPResponse {
        polled(InfronTaskJSON.json(task, progress: progress(task), url: services.fileURL), task)
    }

    /// OpenAI's `Video`.
    func video(_ task: GenerationTask) -> JSONValue {
        VideoObject.json(task, progress: progress(task), url: services.fileURL)
    }

    /// An answer that will be asked for again while the task runs.
    func polled(_ json: JSONValue, _ task: GenerationTask) -> HTTPResponse {
        var response = HTTPResponse(json: json)
        response.fields.set(.cacheControl, "no-store")
        response.fields.set(.zoetropeTask, task.id)
        if let provider = task.providerName { response.fields.append(.zoetropeProvider, provider) }
        if !task.attempts.isEmpty { response.fields.append(.zoetropeAttempts, AttemptsHeader(task.attempts).value) }
        if let cost = task.cost { response.fields.append(.zoetropeCost, Money.text(cost)) }
        if !task.phase.isFinal { addPace(to: &response, task) }
        return response
    }

    /// A task was taken: one body for every dialect.
    func accepted(_ task: GenerationTask, in dialect: Dialect) -> HTTPResponse {
        let url = services.settings.publicURL.appending(path: pollingPath(task, dialect)).description
        let body = TaskAcceptedJSON.json(task, progress: progress(task), pollingURL: url, url: services.fileURL)
        var response = polled(body, task)
        // Infron's clients take anything but 200 for a failure.
        response.status = dialect == .infron ? 200 : 202
        response.fields.set(.location, url)
        response.fields.set("preference-applied", "respond-async")
        return response
    }

    private func pollingPath(_ task: GenerationTask, _ dialect: Dialect) -> String {
        dialect == .infron ? "/v1/\(task.kind.rawValue)s/tasks/\(task.id)" : "/v1/tasks/\(task.id)"
    }

    /// Often at first, then less often.
    private func addPace(to response: inout HTTPResponse, _ task: GenerationTask) {
        let age = services.tasks.now() - task.createdAt
        let seconds = age < 30 ? 1 : age < 120 ? 2 : 5
        response.fields.set(.retryAfter, String(seconds))
        response.fields.set(.openAIPollAfter, String(seconds * 1_000))
    }

    private func progress(_ task: GenerationTask) -> Int { services.tasks.progress(of: task) }
}

/// A finished task as the answer of a call that has waited for it.
struct TaskResult: Sendable {
    let services: GatewayServices
    let caller: Caller
    let dialect: Dialect
    /// How this caller wants the results; another caller of the same task may want them otherwise.
    let wish: OutputWish
    let started: Instant

    /// The results, opened.
    /// - Throws: the task's own failure, or that its results are not kept any more.
    func delivery(of task: GenerationTask) async throws(APIError) -> ResultDelivery.Delivery {
        switch task.phase {
        case .completed: break
        case .failed:
            let failure = task.failure ?? TaskFailure(status: 500, type: "server_error", code: "failed", message: "The task failed.")
            throw APIError(failure, attempts: failure.listsAttempts ? task.attempts : [], dialect: dialect)
        case .cancelled:
            throw APIError(409, code: "task_cancelled", "The task was cancelled.", shouldRetry: false)
        case .accepted, .submitting, .submitted:
            throw APIError(
                504, type: "server_error", code: "still_running", "The task goes on; its result will be at /v1/tasks/\(task.id).",
                shouldRetry: false)
        }
        let results = task.outputs.filter { $0.role == .result }
        guard !results.isEmpty else {
            throw APIError(
                410, code: "result_not_kept", "This request was answered before, and its result was asked not to be kept.",
                shouldRetry: false)
        }
        var assets: [CollectedAsset] = []
        for output in results { assets.append(try await collected(output)) }
        let delivery = ResultDelivery(sources: services.resultSources, owner: caller.name, wish: wish)
        return try await delivery.deliver(assets)
    }

    private func collected(_ output: TaskOutput) async throws(APIError) -> CollectedAsset {
        var asset: CollectedAsset
        switch output.content {
        case .remote(let url): asset = CollectedAsset(content: .remote(url))
        case .memory(let source): asset = CollectedAsset(content: .bytes(source), type: output.type)
        case .stored(let name):
            guard let file = try? await services.store.file(named: name) else {
                throw APIError(410, code: "result_expired", "The result has expired.", shouldRetry: false)
            }
            asset = CollectedAsset(content: .bytes(file.content), type: file.type, name: name)
        }
        asset.revisedPrompt = output.revisedPrompt
        return asset
    }

    /// The head's part of the story, failures included.
    func finish(_ response: inout HTTPResponse, _ task: GenerationTask, _ warnings: [Warning] = []) {
        CallFields.add(to: &response, task, latency: .now - started)
        if let cost = task.cost { response.fields.append(.zoetropeCost, Money.text(cost)) }
        if !warnings.isEmpty { response.fields.append(.zoetropeWarnings, WarningsField.value(warnings)) }
    }
}

extension TaskFailure {
    /// Of what is wrong with the request itself, attempts tell nothing.
    var listsAttempts: Bool { status >= 500 || code == "unsupported_request" || code == "job_failed" }
}
