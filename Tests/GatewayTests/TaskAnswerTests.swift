import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct TaskAnswerTests {
    private static let candidate = Candidate(provider: "openai", upstreamModel: "sora-2")
    private static let operation = RemoteOperation(id: "remote", model: "sora-2")

    private func task(
        _ phase: GenerationTask.Phase = .accepted, kind: GenerationTask.Kind = .video,
        order edit: (inout TaskOrder) -> Void = { _ in }, change: (inout GenerationTask) -> Void = { _ in }
    ) -> GenerationTask {
        let request = GenerationRequest(operation: kind == .video ? .video : .generate, model: "m", prompt: "a cat")
        var order = TaskOrder(request: request)
        edit(&order)
        var task = GenerationTask(
            id: "\(kind.rawValue)_1", owner: "alice", order: order, phase: phase, createdAt: 1_700_000_000, expiresAt: 1_700_604_800)
        change(&task)
        return task
    }

    private func completed(
        order: (inout TaskOrder) -> Void = { _ in }, _ change: (inout GenerationTask) -> Void = { _ in }
    ) -> GenerationTask {
        task(.completed, order: order) {
            $0.startedAt = 1_700_000_001
            $0.completedAt = 1_700_000_060
            $0.origin = TaskOrigin(candidate: Self.candidate, operation: Self.operation)
            $0.outputs = [
                TaskOutput(.stored("v.mp4"), type: .mp4, revisedPrompt: "one cat"),
                TaskOutput(.stored("t.webp"), type: .webp, role: .thumbnail),
            ]
            $0.cost = 0.1 + 0.2
            change(&$0)
        }
    }

    private func url(_ name: String) -> String { "https://z.example/files/\(name)" }

    private static let allPhases: [(GenerationTask.Phase, TaskStatus)] = [
        (.accepted, .queued), (.submitting(candidate), .inProgress), (.submitted(candidate, [operation]), .inProgress),
        (.completed, .completed), (.failed, .failed), (.cancelled, .cancelled),
    ]

    // MARK: OpenAI

    private static let videoKeys: Set<String> = [
        "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "remixed_from_video_id",
        "seconds", "size", "error",
    ]

    @Test(arguments: allPhases)
    func `a Video has its thirteen keys and types in every state`(phase: GenerationTask.Phase, status: TaskStatus) {
        let video = VideoObject.json(task(phase, change: { $0.startedAt = 1 }), progress: 40, url: url)
        #expect(Self.videoKeys.isSubset(of: video.object?.keys ?? []))
        #expect(video["object"] == "video")
        #expect(video["status"]?.string == (status == .cancelled ? "failed" : status.rawValue))
        #expect(video["progress"] == (status == .completed ? 100 : 40))
        #expect(video["created_at"] == 1_700_000_000)
        #expect(video["seconds"] == "4")
        #expect(video["size"] == "720x1280")
        #expect(video["completed_at"] == .null && video["remixed_from_video_id"] == .null)
        let hasFailed = status == .failed || status == .cancelled
        #expect((video["error"]?["code"]?.string != nil) == hasFailed)
        #expect((video["error"]?["message"]?.string != nil) == hasFailed)
        #expect(hasFailed || video["error"] == .null)
        #expect(video["url"] == nil && video["warnings"] == nil && video["cost"] == nil)
    }

    @Test func `a finished Video tells where it is, and what it cost`() {
        let video = VideoObject.json(completed({ $0.warnings = [Warning(field: "size", message: "m")] }), progress: 99, url: url)
        #expect(video["url"] == "https://z.example/files/v.mp4")
        #expect(video["cost"] == 0.3)
        #expect(video["provider"] == "openai")
        #expect(video["completed_at"] == 1_700_000_060)
        #expect(video["expires_at"] == 1_700_604_800)
        #expect(video["progress"] == 100)
        #expect(video["warnings"]?[0]?["field"] == "size")
    }

    @Test(arguments: [(-5, 0), (0, 0), (99, 99), (100, 99), (250, 99)])
    func `only what is complete is at 100`(progress: Int, shown: Int) {
        #expect(VideoObject.json(task(), progress: progress, url: url)["progress"] == .integer(shown))
        #expect(VideoObject.json(task(.failed), progress: progress, url: url)["progress"] == .integer(shown))
    }

    @Test(
        arguments: [
            (["seconds": "12"], 8, "12"), (["seconds": 12], 8, "12"), (["seconds": 12.0], 8, "12"), (["seconds": 5.5], 8, "5.5"),
            ([:], 8, "8"), (["seconds": ""], 8, "8"), (["seconds": nil], nil, "4"),
        ] as [(JSONObject, Int?, String)])
    func `seconds are text, as long as the video is`(details: JSONObject, asked: Int?, told: String) {
        let video = task(.completed, order: { $0.request.seconds = asked }, change: { $0.details = details })
        #expect(VideoObject.json(video, progress: 0, url: url)["seconds"] == .string(told))
    }

    @Test(
        arguments: [
            (["size": "1920x1080"], .pixels(width: 1280, height: 720), "1920x1080"), ([:], .pixels(width: 640, height: 480), "640x480"),
            (["size": "auto"], .pixels(width: 640, height: 480), "640x480"), (["size": 5], .auto, "720x1280"), ([:], .auto, "720x1280"),
        ] as [(JSONObject, Size, String)])
    func `a size is the video's own before the wanted one`(details: JSONObject, asked: Size, told: String) {
        let video = task(.completed, order: { $0.request.size = asked }, change: { $0.details = details })
        #expect(VideoObject.json(video, progress: 0, url: url)["size"] == .string(told))
    }

    @Test func `a failure keeps its words, and a remix its source`() {
        let failure = TaskFailure(status: 400, type: "invalid_request_error", code: "content_policy_violation", message: "No.")
        let failed = task(.failed, order: { $0.sourceTask = "video_0" }, change: { $0.failure = failure })
        let video = VideoObject.json(failed, progress: 7, url: url)
        #expect(video["error"] == ["code": "content_policy_violation", "message": "No."])
        #expect(video["progress"] == 7)
        #expect(video["remixed_from_video_id"] == "video_0")
        #expect(VideoObject.json(task(.cancelled), progress: 7, url: url)["error"]?["code"] == "cancelled")
    }

    @Test func `lists name their ends`() {
        let items = [task(), task(.completed)].map { VideoObject.json($0, progress: 0, url: url) } + [["id": "video_2"]]
        let list = TaskListJSON.json(items, hasMore: true)
        #expect(list["object"] == "list" && list["first_id"] == "video_1" && list["last_id"] == "video_2" && list["has_more"] == true)
        let empty = TaskListJSON.json([], hasMore: false)
        #expect(empty == ["object": "list", "data": [], "first_id": nil, "last_id": nil, "has_more": false])
        #expect(VideoDeletedJSON.json("video_1") == ["id": "video_1", "object": "video.deleted", "deleted": true])
    }

    // MARK: Infron

    private static let states: [(GenerationTask.Phase, started: Bool, queued: Bool, progress: Int, status: String)] = [
        (.accepted, false, false, 0, "created"), (.submitting(candidate), false, false, 0, "created"),
        (.submitting(candidate), true, false, 0, "in_progress"), (.submitted(candidate, []), true, true, 0, "in_progress"),
        (.submitted(candidate, []), true, true, 60, "in_progress"), (.submitted(candidate, []), true, false, 50, "in_progress"),
        (.submitted(candidate, []), true, false, 51, "processing"), (.completed, true, false, 100, "completed"),
        (.failed, true, false, 10, "failed"), (.cancelled, false, false, 0, "failed"),
    ]

    @Test(arguments: states)
    func `Infron's callers know five states`(
        phase: GenerationTask.Phase, started: Bool, queued: Bool, progress: Int, status: String
    ) {
        let task = task(
            phase,
            change: {
                $0.startedAt = started ? 1_700_000_001 : nil
                $0.isQueuedUpstream = queued
            })
        let envelope = InfronTaskJSON.json(task, progress: progress, url: url)
        #expect(envelope["code"] == 200 && envelope["message"] == "success")
        #expect(envelope["data"]?["status"] == .string(status))
        #expect(envelope["data"]?["fail_reason"]?.string?.isEmpty == (status != "failed"))
        #expect(envelope["data"]?["start_time"] == (started ? 1_700_000_001 : 0))
        #expect(envelope["data"]?["finish_time"] == 0)
    }

    @Test func `Infron's task has its ten keys`() {
        #expect(
            InfronTaskJSON.data(completed(), progress: 0, url: url) == [
                "task_id": "video_1", "object": "video", "model": "m", "status": "completed", "fail_reason": "",
                "submit_time": 1_700_000_000, "start_time": 1_700_000_001, "finish_time": 1_700_000_060,
                "outputs": ["https://z.example/files/v.mp4"], "created_at": "2023-11-14 22:13:20",
            ])
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00"), (951_782_399, "2000-02-28 23:59:59"), (951_782_400, "2000-02-29 00:00:00"),
        (1_735_689_599, "2024-12-31 23:59:59"), (-1, "1970-01-01 00:00:00"),
    ])
    func `a date is written with two digits`(seconds: Int, text: String) {
        #expect(InfronTaskJSON.date(seconds) == text)
    }

    @Test func `one body tells everybody that a task was taken`() {
        let body = TaskAcceptedJSON.json(task(kind: .image), progress: 0, pollingURL: "https://z.example/v1/tasks/image_1", url: url)
        #expect(body["id"] == "image_1" && body["task_id"] == "image_1" && body["object"] == "image" && body["status"] == "queued")
        #expect(body["polling_url"] == "https://z.example/v1/tasks/image_1")
        #expect(body["created_at"] == 1_700_000_000 && body["expires_at"] == 1_700_604_800)
        #expect(body["code"] == 200 && body["message"] == "success")
        #expect(body["data"]?["task_id"] == "image_1" && body["data"]?["status"] == "created")
    }

    @Test func `a waiting caller of Infron's dialect gets both keys and the video's id`() async throws {
        let task = completed()
        let links = VideoAnswer.links(task, url: url)
        let answer = try JSONValue(parsing: await VideoAnswer.json(task, links, in: .infron, now: 1_700_000_061, latency: .seconds(60)))
        #expect(
            answer == [
                "created": 1_700_000_061,
                "data": [
                    ["url": "https://z.example/files/v.mp4", "b64_json": "", "revised_prompt": "one cat", "video_id": "video_1"]
                ],
            ])
        let router = try JSONValue(
            parsing: await VideoAnswer.json(task, links, in: .imageRouter, now: 1_700_000_061, latency: .seconds(60)))
        #expect(
            router == [
                "created": 1_700_000_061, "data": [["url": "https://z.example/files/v.mp4", "revised_prompt": "one cat"]],
                "latency": 60_000, "cost": 0.3,
            ])
    }

    // MARK: Tasks

    private static let taskKeys = [
        "id", "object", "kind", "status", "model", "prompt", "progress", "created_at", "started_at", "completed_at", "expires_at",
        "outputs", "error", "provider", "cost", "attempts", "warnings", "webhook_url",
    ]

    @Test(arguments: allPhases)
    func `a task has all its keys in every state`(phase: GenerationTask.Phase, status: TaskStatus) {
        let json = TaskJSON.json(task(phase, kind: .image, change: { $0.startedAt = 1 }), progress: 40, url: url)
        #expect(json.object?.keys == Self.taskKeys)
        #expect(json["status"] == .string(status.rawValue))
        #expect(json["kind"] == "image")
        #expect(json["error"] == .null && json["cost"] == .null && json["webhook_url"] == .null)
        switch phase {
        case .submitting, .submitted: #expect(json["provider"] == "openai")
        case .accepted, .completed, .failed, .cancelled: #expect(json["provider"] == .null)
        }
    }

    @Test func `a finished task lists what it made, and who tried`() {
        let json = TaskJSON.json(
            completed(order: { $0.webhookURL = "https://x.example/hook" }) {
                $0.origin = nil
                $0.outputs[1].content = .remote("https://cdn.example/t")
                $0.outputs.append(TaskOutput(.memory(ByteSource([])), type: nil))
                $0.attempts = [
                    Attempt(
                        candidate: Candidate(provider: "a", upstreamModel: "x"), outcome: .skipped(reason: "r"), duration: .zero,
                        billed: .no),
                    Attempt(candidate: Self.candidate, outcome: .succeeded(status: 200), duration: .seconds(2), billed: .yes),
                ]
            }, progress: 0, url: url)
        #expect(
            json["outputs"] == [
                ["url": "https://z.example/files/v.mp4", "type": "video/mp4", "role": "result", "revised_prompt": "one cat"],
                ["url": "https://cdn.example/t", "type": "image/webp", "role": "thumbnail", "revised_prompt": nil],
                ["url": nil, "type": nil, "role": "result", "revised_prompt": nil],
            ])
        #expect(json["provider"] == "openai")
        #expect(json["attempts"]?[0]?["skipped"] == "r")
        #expect(json["attempts"]?[1]?["duration_ms"] == 2000)
        #expect(json["webhook_url"] == "https://x.example/hook")
    }

    @Test(arguments: zip(allPhases, ["updated", "updated", "updated", "completed", "failed", "cancelled"]))
    func `an event tells the state`(phase: (GenerationTask.Phase, TaskStatus), name: String) throws {
        let task = task(phase.0)
        let event = TaskEvent.event(task, progress: 10, url: url)
        #expect(event.event == "task.\(name)")
        #expect(try JSONValue(parsing: event.data) == TaskJSON.json(task, progress: 10, url: url))
    }

    @Test(
        arguments: [
            (GenerationTask.Phase.completed, "completed"), (.failed, "failed"), (.cancelled, "cancelled"),
        ], GenerationTask.Kind.allCases)
    func `a webhook hears of the end`(end: (phase: GenerationTask.Phase, name: String), kind: GenerationTask.Kind) throws {
        let task = task(end.phase, kind: kind, order: { $0.webhookURL = "https://x.example/hook" })
        let event = try #require(TaskWebhook.event("evt_1", task, progress: 3, now: 1_700_000_099, url: url))
        #expect(event.owner == "alice" && event.url == "https://x.example/hook")
        #expect(event.dueAt == WebhookEvent.atOnce && event.attempts == 0)
        let body = try JSONValue(parsing: event.body)
        #expect(body.object?.keys == ["id", "object", "created_at", "type", "data"])
        #expect(body["id"] == "evt_1" && body["object"] == "event" && body["created_at"] == 1_700_000_099)
        #expect(body["type"] == .string("\(kind.rawValue).\(end.name)"))
        #expect(body["data"] == TaskJSON.json(task, progress: 3, url: url))
    }

    @Test func `no webhook hears of what has no end, or wants none`() {
        #expect(TaskWebhook.event("evt_1", task(.completed), progress: 0, now: 0, url: url) == nil)
        #expect(TaskWebhook.event("evt_1", task(order: { $0.webhookURL = "https://x.example" }), progress: 0, now: 0, url: url) == nil)
    }

    // MARK: Failures

    @Test func `a failure is an error again`() {
        let error = APIError(
            503, type: "server_error", code: "no_capacity", field: "model", "Full.", retryAfter: .seconds(9), shouldRetry: true)
        #expect(APIError(TaskFailure(error)) == error)
        #expect(TaskFailure(APIError(500, type: "server_error", "x")).code == "server_error")
        let attempt = Attempt(candidate: Self.candidate, outcome: .succeeded(status: 200), duration: .zero, billed: .yes)
        #expect(APIError(TaskFailure(error), attempts: [attempt]).attempts == [attempt])
    }

    @Test func `a refusal is Infron's own in Infron's dialect`() {
        let refusal = TaskFailure(APIError(400, code: "content_policy_violation", "No."))
        #expect(APIError(refusal, dialect: .infron).status == 422)
        #expect(APIError(refusal, dialect: .infron).type == "content_policy_violation")
        #expect(APIError(refusal, dialect: .openAI).status == 400)
    }
}
