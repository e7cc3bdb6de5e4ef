import Compression
import HTTP
import Media
import Synchronization
import Testing
import Transport

@testable import Providers

struct TestVideoJobTests {
    private let settings = ProviderSettings(name: "test", type: "test")
    private let clock = Clock()
    private let upstream: BuiltinUpstream
    private let provider: TestProvider

    /// Stands still until a test moves it.
    private final class Clock: Sendable {
        private let time = Mutex(1_700_000_000_000)
        var now: Int { time.withLock { $0 } }
        func advance(by milliseconds: Int) { time.withLock { $0 += milliseconds } }
    }

    private struct Unexpected: Error {}

    init() throws {
        let clock = clock
        upstream = BuiltinUpstream(milliseconds: { clock.now })
        provider = try TestProvider(settings)
    }

    @Test func `a job waits, runs and ends with its files`() async throws {
        var request = video("a fox")
        request.seconds = 2
        let job = try await pending(.start(request))
        #expect(job.operation.isQueued && job.progress == 0)
        clock.advance(by: 1500)
        let running = try await pending(.resume(job.operation))
        #expect(!running.operation.isQueued && running.progress == 25 && running.operation.id == job.operation.id)
        #expect(running.pollAfter == .milliseconds(500))
        clock.advance(by: 1500)
        let result = try await result(job.operation)
        #expect(result.details == ["seconds": "2", "size": "96x64"] && result.cost == 0)
        let asset = try #require(result.assets.first)
        #expect(MediaType(sniffing: try bytes(asset.content)) == .mp4)
        #expect(MediaType(sniffing: try bytes(asset.thumbnail)) == .png)
        #expect(MediaType(sniffing: try bytes(asset.spritesheet)) == .png)
    }

    @Test func `another process knows the job and makes the same video`() async throws {
        let job = try await pending(.start(video("a fox"))).operation
        clock.advance(by: 3000)
        let clock = clock
        let other = BuiltinUpstream(milliseconds: { clock.now })
        let first = try await result(job), second = try await result(job, by: other)
        #expect(try bytes(first.assets[0].content) == bytes(second.assets[0].content))
    }

    @Test func `a cancelled job stays cancelled`() async throws {
        let job = try await pending(.start(video("a fox"))).operation
        for step in [Step.cancel(job), .resume(job)] {
            guard case .cancelled = try await generation(step) else { throw Unexpected() }
        }
    }

    @Test(arguments: [(0.0, 0), (0.25, 250), (600, 600_000)])
    func `a job takes as long as it is told to, in JSON and in forms`(seconds: Double, milliseconds: Int) async throws {
        for inputs in [[], [input]] {
            var request = video("a fox")
            request.extras["test_seconds"] = .number(seconds)
            request.inputs = inputs
            let job = try #require(VideoJob(id: try await pending(.start(request)).operation.id))
            #expect(job.duration == milliseconds)
        }
    }

    @Test(arguments: [("video-fails", UpstreamError.Kind.jobFailed), ("video-moderated", .moderated)])
    func `some jobs fail in the end`(model: String, kind: UpstreamError.Kind) async throws {
        let job = try await pending(.start(video("a fox", model: model))).operation
        clock.advance(by: 3000)
        let error = await #expect(throws: UpstreamError.self) { try await generation(.resume(job)) }
        #expect(error?.kind == kind)
    }

    @Test(arguments: [
        ("429", UpstreamError.Kind.rateLimited), ("503", .overloaded), ("timeout", .unknownOutcome), ("refuse", .unreachable),
        ("moderated", .moderated), ("reset-after-send", .unknownOutcome), ("image", .modelGone), ("slow", .modelGone),
    ])
    func `failure models fail for videos too, and models of images make none`(model: String, kind: UpstreamError.Kind) async throws {
        let error = await #expect(throws: UpstreamError.self) { try await generation(.start(video("a fox", model: model))) }
        #expect(error?.kind == kind)
    }

    @Test(arguments: [
        (GenerationRequest.Operation.remixVideo, VideoJob.Kind.remix, "4"), (.editVideo, .edit, "4"), (.extendVideo, .extend, "12"),
    ])
    func `a video of its own is remixed, edited and extended`(
        operation: GenerationRequest.Operation, kind: VideoJob.Kind, seconds: String
    ) async throws {
        let source = try await pending(.start(video("a fox"))).operation
        var request = GenerationRequest(operation: operation, model: "video", prompt: "a dog")
        request.source = .made(source)
        if operation == .extendVideo { request.seconds = 8 }
        let made = try await pending(.start(request)).operation
        let job = try #require(VideoJob(id: made.id))
        #expect(job.kind == kind && job.width == 96 && job.height == 64 && job.prompt == "a dog")
        #expect(String(job.seconds) == seconds)
    }

    @Test func `a caller's own video is edited, and must be one`() async throws {
        var request = GenerationRequest(operation: .editVideo, model: "video", prompt: "a dog")
        let file = ByteSource([0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0])
        request.source = .given(MediaInput(content: .data(file), type: .mp4, fileName: "video.mp4"))
        #expect(try await pending(.start(request)).operation.isQueued)
        request.source = .given(MediaInput(content: .data(ByteSource(Array("no video".utf8))), type: nil, fileName: "video.mp4"))
        let error = await #expect(throws: UpstreamError.self) { try await generation(.start(request)) }
        #expect(error?.kind == .invalidRequest && error?.field == "video")
    }

    @Test(arguments: [
        ("seconds", JSONValue.integer(0)), ("seconds", 61), ("size", "65x64"), ("size", "1922x64"), ("size", "1920x1920"),
        ("size", "14x64"),
        ("test_seconds", -1), ("test_seconds", 601), ("test_seconds", "nan"),
    ])
    func `wrong fields are the caller's fault`(field: String, value: JSONValue) async throws {
        let body: JSONObject = ["model": "video", "prompt": "a fox", field: value]
        let url = try HTTPURL(parsing: "http://builtin.invalid/v1/videos")
        let answer = await upstream.send(
            UpstreamRequest(.post, url, body: .json(.object(body))), to: settings.name, freshConnection: false, deadline: .now)
        guard case .whole(let response) = try answer.get() else { throw Unexpected() }
        #expect(response.status == 400)
        #expect(try response.json()["error"]?["param"]?.string == field)
    }

    @Test func `the files have addresses of their own once the job is done`() async throws {
        let job = try await pending(.start(video("a fox"))).operation
        #expect(try await file(of: job, "").status == 404)
        clock.advance(by: 3000)
        #expect(MediaType(sniffing: try await file(of: job, "").body) == .mp4)
        #expect(MediaType(sniffing: try await file(of: job, "?variant=thumbnail").body) == .png)
        #expect(try await file(of: job, "?variant=other").status == 400)
    }

    @Test func `a damaged id names no job`() throws {
        let id = job(prompt: String(repeating: "ü", count: 500)).id
        #expect(VideoJob(id: id)?.id == id)
        #expect(VideoJob(id: id)?.prompt.utf8.count ?? 0 <= 120)
        for broken in [String(id.dropLast()), id + "A", "vid_", "", "video_1", String(id.reversed())] {
            #expect(VideoJob(id: broken) == nil)
        }
    }

    @Test(arguments: [
        (0, VideoJob.State.queued), (999, .queued), (1000, .inProgress(0)), (2000, .inProgress(50)), (2999, .inProgress(99)),
        (3000, .completed), (-5, .queued),
    ])
    func `a job's state follows from the time alone`(elapsed: Int, state: VideoJob.State) {
        #expect(job().state(at: 1000 + elapsed, isCancelled: false) == state)
        #expect(job().state(at: 1000 + elapsed, isCancelled: true) == .cancelled)
    }

    @Test func `only so many values are kept, the latest ones`() {
        var ids = RecentIDs<Int>(limit: 2)
        for (index, id) in ["a", "b", "a", "c"].enumerated() { ids.insert(index, for: id) }
        #expect(ids["a"] == nil && ids["b"] == 1 && ids["c"] == 3)
    }

    private func job(prompt: String = "") -> VideoJob {
        VideoJob(
            kind: .video, model: .video, prompt: prompt, width: 64, height: 64, seconds: 4, seed: -3, start: 1000, duration: 3000, number: 7
        )
    }

    private func video(_ prompt: String, model: String = "video") -> GenerationRequest {
        GenerationRequest(operation: .video, model: model, prompt: prompt, size: .pixels(width: 96, height: 64))
    }

    private var input: MediaInput {
        let image = TestPicture(prompt: "", size: (64, 64)).drawn()
        return MediaInput(content: .data(ByteSource(PNGEncoder.encode(image))), type: .png, fileName: "image-0.png")
    }

    private func bytes(_ content: MediaAsset.Content?) throws -> [UInt8] {
        guard case .base64(let text)? = content else { throw Unexpected() }
        return try Base64.decode(text)
    }

    private func file(of job: RemoteOperation, _ query: String) async throws -> UpstreamResponse {
        let url = try HTTPURL(parsing: "http://builtin.invalid/v1/videos/\(job.id)/content\(query)")
        let answer = await upstream.send(UpstreamRequest(.get, url), to: settings.name, freshConnection: false, deadline: .now)
        guard case .whole(let response) = try answer.get() else { throw Unexpected() }
        return response
    }

    private func generation(_ step: Step, by other: BuiltinUpstream? = nil) async throws -> Generation {
        let answer = await (other ?? upstream).send(
            try provider.request(for: step), to: settings.name, freshConnection: false, deadline: .now)
        guard case .whole(let response) = try answer.get() else { throw Unexpected() }
        return try provider.generation(from: response, at: step)
    }

    private func pending(_ step: Step) async throws -> (operation: RemoteOperation, progress: Int?, pollAfter: Duration) {
        guard case .pending(let operation, let progress, let pollAfter) = try await generation(step) else { throw Unexpected() }
        return (operation, progress, pollAfter)
    }

    private func result(_ job: RemoteOperation, by other: BuiltinUpstream? = nil) async throws -> GenerationResult {
        guard case .completed(let result) = try await generation(.resume(job), by: other) else { throw Unexpected() }
        return result
    }
}
