import HTTP
import Media

/// Turns a form into a request for a video: validated once, here, for all dialects.
struct VideoRequestDecoder {
    /// One of those that make videos.
    let operation: GenerationRequest.Operation
    let defaults: ModelDefaults
    /// `Accept: video/*`.
    let wantsRawBytes: Bool
    /// The id in the path of a remix.
    var sourceID: String?
    var prefer: PreferHeader?
    /// `?async=true`.
    var isAsyncQuery = false

    /// Seconds of a video.
    private static let lengths = 1...60

    /// On shared paths Infron's callers are known by what only they send.
    static func dialect(of form: RequestForm, path: Dialect) -> Dialect { ImageRequestDecoder.dialect(of: form, path: path) }

    func decode(_ form: RequestForm, _ dialect: Dialect) throws(APIError) -> VideoRequest {
        var reader = FieldReader(form.fields, isText: form.isMultipart)
        if dialect == .imageRouter { CommonFields.ignoreWhatImageRouterIgnores(&reader) }
        let wish = try CallWish(&reader, prefer: prefer, isAsyncQuery: isAsyncQuery)
        var output = try OutputFields(&reader)
        try output.applyVideoDefault(dialect)
        let video = try source(&reader, form.files)
        let content = dialect == .infron ? try VideoContent(&reader) : VideoContent()
        let inputs = try inputs(&reader, form.files, content)
        let prompt = try prompt(&reader, content, inputs, dialect)
        let model = try CommonFields.model(&reader) ?? defaultModel(for: video)
        let seconds = try seconds(&reader, dialect)
        let common = try CommonFields(&reader)
        try refuseWhatVideosLack(&reader)
        if wantsRawBytes, wish.mode != .async { output.makeRaw() }
        var request = GenerationRequest(
            operation: operation, model: model, prompt: prompt, size: common.size, quality: common.quality, output: output.wish,
            seed: common.seed, user: common.user, strict: common.strict, routing: common.routing, extras: reader.extras)
        request.seconds = seconds
        return VideoRequest(generation: request, inputs: inputs, video: video, wish: wish, dialect: dialect)
    }

    private var makesFromVideo: Bool {
        switch operation {
        case .editVideo, .remixVideo, .extendVideo: true
        case .video, .generate, .edit, .vary, .upscale, .removeBackground: false
        }
    }

    private func source(_ reader: inout FieldReader, _ files: [UploadedFile]) throws(APIError) -> VideoReference? {
        if makesFromVideo { return try VideoSource(files: files.filter { $0.field == "video" }, pathID: sourceID).find(&reader) }
        guard reader.take("video_id") == nil else {
            throw .invalid("video_id", "A video is made from another one by POST /v1/videos/edits.", code: "unsupported_parameter")
        }
        return nil
    }

    private func inputs(
        _ reader: inout FieldReader, _ files: [UploadedFile], _ content: VideoContent
    ) throws(APIError) -> [InputReference] {
        let files = makesFromVideo ? files.filter { $0.field != "video" } : files
        let (images, mask) = try InputCollector(files: files).collect(&reader)
        guard mask == nil else { throw .invalid("mask", "Videos take no mask.", code: "unsupported_parameter") }
        try InputCollector.check(count: images.count + content.images.count)
        return images + content.images
    }

    private func prompt(
        _ reader: inout FieldReader, _ content: VideoContent, _ inputs: [InputReference], _ dialect: Dialect
    ) throws(APIError) -> String? {
        let said = try CommonFields.prompt(&reader, dialect)
        if let text = content.text {
            guard said == nil || said == text else {
                throw .invalid("content", "The text belongs in 'prompt' or in 'content', not in both.")
            }
            try CommonFields.check(text, named: "content", dialect)
            return text
        }
        let isNeeded =
            switch dialect {
            case .openAI: true
            case .infron: inputs.isEmpty && operation != .extendVideo
            case .imageRouter: false
            }
        guard said != nil || !isNeeded else { throw .missing("prompt") }
        return said
    }

    /// A video that was made here is followed by one of the same model.
    private func defaultModel(for video: VideoReference?) -> String {
        switch video {
        case .task: ""
        case .input, nil: defaults.video ?? ""
        }
    }

    private func seconds(_ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) -> Int? {
        var seconds = try reader.seconds("seconds", in: VideoRequestDecoder.lengths, allowsAuto: dialect == .imageRouter)
        if dialect == .infron, let duration = try reader.seconds("duration", in: VideoRequestDecoder.lengths, allowsAuto: false) {
            guard seconds == nil || seconds == duration else {
                throw .invalid("duration", "'seconds' and 'duration' say different things.")
            }
            seconds = duration
        }
        if operation == .extendVideo, seconds == nil { throw .missing("seconds") }
        return seconds
    }

    /// What would change the meaning of a call must not be dropped silently.
    private func refuseWhatVideosLack(_ reader: inout FieldReader) throws(APIError) {
        _ = try reader.integer("n", in: 1...1)
        guard try reader.boolean("stream") ?? false else { return }
        throw .invalid("stream", "Videos are not streamed; see GET /v1/tasks/{id}/events.", code: "unsupported_parameter")
    }
}
