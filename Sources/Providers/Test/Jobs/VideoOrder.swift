import HTTP
import Media

/// What a POST to one of the video paths asks for: JSON and multipart mean the same.
struct VideoOrder: Sendable {
    let kind: VideoJob.Kind
    let model: TestModel
    let prompt: String
    /// Pixels; nil: the source's, or 720x1280.
    let size: (width: Int, height: Int)?
    /// nil: 4, or as long as the source.
    let seconds: Int?
    let seed: Int?
    /// What the caller wants the job to take, in milliseconds.
    let duration: Int?
    /// What the new video is made from.
    let source: VideoJob?
    let video: ByteSource?
    let images: [ByteSource]

    init(_ request: UpstreamRequest) throws(BuiltinRefusal) {
        let fields = BuiltinFields(request.body)
        let (kind, remixed) = try Self.kind(request.url.path)
        self.kind = kind
        source = try Self.source(remixed ?? fields.text("video[id]"))
        guard let model = fields.text("model").map(TestModel.init(upstreamModel:)) ?? source?.model ?? .video, model.makesVideos else {
            throw .unknownModel
        }
        self.model = model
        prompt = fields.text("prompt") ?? ""
        size = try Self.size(fields.text("size"))
        seconds = try fields.number("seconds", in: VideoLimits.seconds)
        seed = try fields.number("seed", in: .min ... .max)
        duration = try Self.duration(fields.text("test_seconds"))
        video = fields.files.first { $0.name == "video" }?.content
        images = fields.files.filter { $0.name.hasPrefix("input_reference") }.map(\.content)
        guard images.count <= 16 else { throw .invalid("input_reference", "At most 16 input images can be used.") }
        guard kind == .video || source != nil || video != nil else { throw .invalid("video", "A video is needed.") }
        try checkLength()
    }

    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - number: tells jobs apart that are the same otherwise.
    func job(at now: Int, number: Int) -> VideoJob {
        VideoJob(
            kind: kind, model: model, prompt: prompt, width: size?.width ?? source?.width ?? 720,
            height: size?.height ?? source?.height ?? 1280, seconds: totalSeconds, seed: seed ?? source.map { $0.seed &+ 1 } ?? 0,
            start: now,
            duration: duration ?? (model == .slowVideo ? 30_000 : 3000), number: number)
    }

    /// An extension comes behind its source; the length of a caller's own video is not known here.
    private var totalSeconds: Int {
        switch kind {
        case .video: seconds ?? 4
        case .edit, .remix: seconds ?? source?.seconds ?? 4
        case .extend: (source?.seconds ?? 0) + (seconds ?? 4)
        }
    }

    private func checkLength() throws(BuiltinRefusal) {
        guard VideoLimits.totalSeconds.contains(totalSeconds) else {
            throw .invalid("seconds", "A video is at most \(VideoLimits.totalSeconds.upperBound) seconds long.")
        }
    }

    /// The second value is the id in a path of its own.
    private static func kind(_ path: String) throws(BuiltinRefusal) -> (VideoJob.Kind, String?) {
        let segments = path.split(separator: "/").dropFirst(2)
        switch (segments.first, segments.dropFirst().first) {
        case (nil, nil): return (.video, nil)
        case ("edits", nil): return (.edit, nil)
        case ("extensions", nil): return (.extend, nil)
        case (let id?, "remix") where segments.count == 2: return (.remix, String(id))
        case _: throw .noSuchPath
        }
    }

    private static func source(_ id: String?) throws(BuiltinRefusal) -> VideoJob? {
        guard let id else { return nil }
        guard let job = VideoJob(id: id) else { throw .invalid("video", "There is no such video.") }
        return job
    }

    private static func size(_ text: String?) throws(BuiltinRefusal) -> (width: Int, height: Int)? {
        guard let text, text != "auto" else { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, VideoLimits.isSize(sides[0], sides[1]) else {
            throw .invalid("size", "A video's size is WIDTHxHEIGHT with even sides of 16 to 1920 pixels and no more pixels than 1920x1080.")
        }
        return (sides[0], sides[1])
    }

    private static func duration(_ text: String?) throws(BuiltinRefusal) -> Int? {
        guard let text else { return nil }
        guard let seconds = Double(text), (0...600).contains(seconds) else {
            throw .invalid("test_seconds", "test_seconds is a number from 0 to 600.")
        }
        return Int(seconds * 1000)
    }
}
