import Compression
import HTTP
import Media
import Synchronization
import Transport

/// The videos of the built-in upstream: takes jobs, tells how they are, and makes the files when they are asked for.
final class BuiltinVideos: Sendable {
    private let clock: @Sendable () -> Int
    private let memory = Mutex(Memory())

    /// What would be nice to know still: without it, jobs go on.
    private struct Memory {
        var cancelled = RecentIDs<Bool>(limit: 1000)
        /// Images to show, already small.
        var inputs = RecentIDs<[PNGImage]>(limit: 8)
        var count = 0
    }

    /// - Parameter clock: milliseconds since 1970.
    init(clock: @escaping @Sendable () -> Int) {
        self.clock = clock
    }

    static func isResponsible(for path: String) -> Bool { path == "/v1/videos" || path.hasPrefix("/v1/videos/") }

    /// Takes a job.
    func submit(_ order: VideoOrder) async throws(BuiltinRefusal) -> UpstreamResponse {
        let inputs = try await BlockingPool.compute.run { Result { () throws(BuiltinRefusal) in try Self.inputs(of: order) } }.get()
        let start = clock()
        let number = memory.withLock { memory in
            memory.count += 1
            return memory.count
        }
        let job = order.job(at: start, number: number)
        if !inputs.isEmpty { memory.withLock { $0.inputs.insert(inputs, for: job.id) } }
        return answer(job.description(.queued), nextPoll: job.nextPoll(at: start))
    }

    /// Answers a GET or DELETE of a job or its files.
    func answer(_ request: UpstreamRequest) async throws(BuiltinRefusal) -> UpstreamResponse {
        let segments = request.url.path.split(separator: "/").dropFirst(2)
        guard let id = segments.first, let job = VideoJob(id: id) else { throw .noSuchVideo }
        switch (request.method, segments.dropFirst().first) {
        case (.get, nil): return await status(of: job)
        case (.get, "content") where segments.count == 2: return try await content(of: job, query: request.url.query)
        case (.delete, nil):
            memory.withLock { $0.cancelled.insert(true, for: job.id) }
            return answer(["id": .string(job.id), "object": "video.deleted", "deleted": true])
        case _: throw .noSuchPath
        }
    }

    /// A completed job's answer has its files inside: nobody can fetch an address in here.
    private func status(of job: VideoJob) async -> UpstreamResponse {
        let state = state(of: job)
        var json = job.description(state)
        guard state == .completed else { return answer(json, nextPoll: job.nextPoll(at: clock())) }
        let files = await files(of: job)
        json["video"] = .string(files.video)
        json["thumbnail"] = .string(files.thumbnail)
        json["spritesheet"] = .string(files.spritesheet)
        return answer(json)
    }

    private func content(of job: VideoJob, query: String?) async throws(BuiltinRefusal) -> UpstreamResponse {
        guard state(of: job) == .completed else { throw BuiltinRefusal(status: 404, message: "The video is not ready yet.") }
        let video = video(of: job)
        let made = await BlockingPool.compute.run { video.made() }
        switch query ?? "variant=video" {
        case "variant=video": return UpstreamResponse(status: 200, fields: [.contentType: "video/mp4"], body: made.video)
        case "variant=thumbnail": return UpstreamResponse(status: 200, fields: [.contentType: "image/png"], body: made.thumbnail)
        case "variant=spritesheet": return UpstreamResponse(status: 200, fields: [.contentType: "image/png"], body: made.spritesheet)
        case _: throw .invalid("variant", "A variant is video, thumbnail or spritesheet.")
        }
    }

    private func state(of job: VideoJob) -> VideoJob.State {
        let isCancelled = memory.withLock { $0.cancelled[job.id] ?? false }
        return job.state(at: clock(), isCancelled: isCancelled)
    }

    /// As base64.
    private func files(of job: VideoJob) async -> (video: String, thumbnail: String, spritesheet: String) {
        let video = video(of: job)
        return await BlockingPool.compute.run {
            let files = video.made()
            return (Base64.encode(files.video), Base64.encode(files.thumbnail), Base64.encode(files.spritesheet))
        }
    }

    private func video(of job: VideoJob) -> TestVideo {
        let badge: String? =
            switch job.kind {
            case .video: nil
            case .edit: "EDIT"
            case .remix: "REMIX"
            case .extend: "EXTENDED"
            }
        return TestVideo(
            prompt: job.prompt, width: job.width, height: job.height, seconds: job.seconds, seed: job.seed,
            caption: "test/\(job.model.rawValue)", badge: badge, inputs: memory.withLock { $0.inputs[job.id] } ?? [])
    }

    private func answer(_ json: JSONObject, nextPoll: Int? = nil) -> UpstreamResponse {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let nextPoll { fields.set("openai-poll-after-ms", String(nextPoll)) }
        return UpstreamResponse(status: 200, fields: fields, body: JSONValue.object(json).serialized())
    }

    /// Read, decoded and made as small as a video can show them; a card stands for a caller's own video.
    private static func inputs(of order: VideoOrder) throws(BuiltinRefusal) -> [PNGImage] {
        var images: [PNGImage] = []
        if let video = order.video {
            let type = MediaType(sniffing: try BuiltinJob.bytes(video, field: "video"))
            guard let type, !type.isImage else { throw .invalid("video", "The source is no video.") }
            images.append(InputCard(label: type.fileExtension.uppercased(), size: nil).drawn())
        }
        for source in order.images {
            let side = images.isEmpty ? TestVideo.sides.upperBound : BuiltinJob.thumbnail
            images.append(try BuiltinJob.image(source, field: "input_reference").shrunk(toFit: side))
        }
        return images
    }
}
