import FoundationEssentials
import Glibc
import Media
import Testing

@testable import Storage

/// A folder of its own for a test, removed at its end.
final class TaskFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/task-test-\(UUID().uuidString)"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/tasks.db" }

    func store() throws -> SQLiteTaskStore { try SQLiteTaskStore(path: database) }

    /// Copies the database and its log, as a power cut would leave them.
    func copy(to other: TaskFolder) throws {
        try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: database + suffix) {
            try FileManager.default.copyItem(atPath: database + suffix, toPath: other.database + suffix)
        }
    }

    func bytes(_ suffix: String = "") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: database + suffix)))
    }

    func write(_ bytes: [UInt8], _ suffix: String = "") throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: database + suffix))
    }

    /// Runs statements on the file while no store has it open.
    func execute(_ sql: String) throws {
        try SQLiteConnection(path: database, mode: .readWrite).execute(sql)
    }
}

enum TaskFixture {
    static func task(
        _ id: String, owner: String = "alice", operation: GenerationRequest.Operation = .generate, model: String = "m",
        phase: GenerationTask.Phase = .accepted, expiresAt: Int = 2_000
    ) -> GenerationTask {
        let request = GenerationRequest(operation: operation, model: model, prompt: "a fox")
        return GenerationTask(
            id: id, owner: owner, order: TaskOrder(request: request), phase: phase, createdAt: 1_000, expiresAt: expiresAt)
    }

    static func completed(_ id: String, model: String = "m", from start: Int, to end: Int) -> GenerationTask {
        var task = task(id, model: model, phase: .completed)
        task.startedAt = start
        task.completedAt = end
        return task
    }

    static func claim(_ key: String, owner: String = "alice", fingerprint: String = "f", madeAt: Int = 1_000) -> IdempotencyClaim {
        IdempotencyClaim(owner: owner, key: key, fingerprint: fingerprint, madeAt: madeAt)
    }

    static func event(_ id: String, dueAt: Int = 1_000) -> WebhookEvent {
        WebhookEvent(id: id, owner: "alice", url: "https://hook.example/", body: "{\"id\":\"\(id)\"}", dueAt: dueAt)
    }

    static let candidate = Candidate(provider: "studio", upstreamModel: "big/model")
    static let operation = RemoteOperation(
        id: "job-1", model: "big/model", state: ["poll": "https://p/1", "n": 1.5, "deep": [[1, nil, true]]], isQueued: true)
    static let error = UpstreamError(
        .rateLimited, .mayHaveStarted, status: 429, code: "slow_down", field: "prompt", retryAfter: .milliseconds(1500),
        message: "later \u{1F98A}\n\u{0}")

    /// Every field with a value of its own.
    static var full: GenerationTask { full(order: order) }

    static func full(order: TaskOrder) -> GenerationTask {
        var task = GenerationTask(
            id: "video_1", owner: "alice \"the\" first", order: order, phase: .submitted(candidate, [operation, operation]),
            createdAt: 1_000, expiresAt: 2_000)
        task.reportedProgress = 42
        task.isQueuedUpstream = true
        task.startedAt = 1_001
        task.completedAt = 1_100
        task.attempts = [
            Attempt(
                candidate: candidate, outcome: .succeeded(status: 201), duration: .nanoseconds(123_456_789_012), cost: 0.1, billed: .yes),
            Attempt(candidate: candidate, outcome: .failed(error), duration: .zero, billed: .unknown),
            Attempt(candidate: candidate, outcome: .skipped(reason: "cooling"), duration: .seconds(1), cost: 1, billed: .no),
        ]
        task.warnings = [Warning(field: "size", message: "is another")]
        task.outputs = [
            TaskOutput(.stored("a.mp4"), type: .mp4, revisedPrompt: "a red fox"),
            TaskOutput(.remote("https://p/x"), type: nil, role: .thumbnail), TaskOutput(.stored("s.jpg"), type: .jpeg, role: .spritesheet),
        ]
        task.details = ["quality": "high", "zero": 0.0, "large": 1e300]
        task.usage = [:]
        task.cost = 3
        task.failure = TaskFailure(
            status: 502, type: "server_error", code: "gone", field: "model", message: "it is", retryAfter: .seconds(7), shouldRetry: false)
        task.origin = TaskOrigin(candidate: candidate, operation: operation)
        task.version = 9
        return task
    }

    static var order: TaskOrder {
        TaskOrder(
            request: request, inputs: [.file(name: "in.png", type: .png), .url("https://i/1")], mask: .url("https://i/m"),
            video: .file(name: "v.mp4", type: .mp4), sourceTask: "video_0", webhookURL: "https://hook.example/")
    }

    static var request: GenerationRequest {
        var request = GenerationRequest(
            operation: .extendVideo, model: "m", prompt: "", count: 3, size: .pixels(width: 1280, height: 720), quality: "high",
            background: .transparent, output: OutputWish(delivery: .base64, encoding: .webp, compression: 80), partialImages: 2, seed: -5,
            user: "u", strict: true,
            routing: RoutingWish(order: ["a"], only: ["a", "b"], ignore: ["c"], allowsFallbacks: false),
            extras: ["style": "vivid", "nested": ["list": [1, 2.5, "x", nil]], "empty": [:]])
        request.seconds = 8
        request.source = .made(operation)
        return request
    }
}

/// A text in which any difference of two values shows.
func shown(_ value: some Sendable) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
