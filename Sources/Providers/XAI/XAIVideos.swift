import HTTP
import Media

/// xAI's videos: a job, polled by its id; the file lies behind a temporary address.
///
/// https://docs.x.ai/developers/model-capabilities/video
struct XAIVideos: Sendable {
    let endpoint: UpstreamEndpoint
    let classifier: UpstreamErrorClassifier

    /// Up to 15 seconds (an extension: 2 to 10); 1080p is version 1.5's alone. One image is the first frame, several (up to 7) are what the
    /// video shall resemble.
    static func capabilities(for model: String) -> Capabilities {
        let isLarge = model.contains("1.5") && !model.contains("lite")
        let tiers = [SizeTier("480p", 480), SizeTier("720p", 720)] + (isLarge ? [SizeTier("1080p", 1080)] : [])
        return Capabilities(
            operations: [.video, .editVideo, .remixVideo, .extendVideo], maximumInputs: 7, acceptsInputURLs: true, inputForm: .base64,
            shapes: ShapeRule(["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3"], tiers: tiers, measure: .shortSide),
            seconds: Set(1...15), acceptsVideoFile: true, namesOwnVideos: false, droppedFields: droppedFields, submitsJobs: true)
    }

    /// What is made from a video has its shape; an edit has its length, too.
    static func capabilities(for model: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        let all = capabilities(for: model)
        if operation == .video { return all }
        var changes = all.keepingSize()
        changes.maximumInputs = 0
        changes.seconds = operation == .extendVideo ? Set(2...10) : []
        changes.droppedFields.formUnion(shapeFields)
        return changes
    }

    func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "videos").appending(segment: operation.id)
    }

    func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        let path =
            switch request.operation {
            case .video: "videos/generations"
            case .editVideo, .remixVideo: "videos/edits"
            case .extendVideo: "videos/extensions"
            case .generate, .edit, .vary, .upscale, .removeBackground: throw .unsayable(nil, "xAI's video paths make no images")
            }
        return endpoint.post(path, .json(.object(try Self.fields(for: request))))
    }

    /// While a job runs it is answered with 202, with or without a body.
    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let isEmpty = response.status.code == 202 && response.body.isEmpty
        let json = isEmpty ? .object([:]) : try response.json()
        if json["status"]?.filled == nil, UpstreamErrorBody(inSuccess: json) != nil {
            throw classifier.error(XAIErrors.body(json), in: response, at: step)
        }
        return try classifier.generation(reply(json), in: response, at: step, failures: XAIErrors.failures)
    }

    private static let droppedFields: Set<String> = [
        "seed", "quality", "background", "user", "output_format", "output_compression", "moderation", "style", "negative_prompt",
    ]

    private static let shapeFields: Set<String> = ["aspect_ratio", "resolution"]

    /// A data URI is believed to do for a video, as it does for images (unconfirmed).
    private static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if request.operation == .video {
            fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
            fields["resolution"] = request.shape?.tier.map { .string($0) }
            try addImages(of: request, to: &fields)
        } else {
            if !request.inputs.isEmpty { throw .unsayable("input_reference", "a video that is made from a video takes no images") }
            fields["video"] = ["url": .string(try InputReference.video(request.source))]
        }
        // A changed video is as long as the one before.
        if request.operation == .video || request.operation == .extendVideo { fields["duration"] = request.seconds.map { .integer($0) } }
        fields.add(request.extras, except: request.operation == .video ? droppedFields : droppedFields.union(shapeFields))
        return fields
    }

    private static func addImages(of request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        var images: [JSONValue] = []
        for input in request.inputs { images.append(["url": .string(try InputReference.urlOrDataURI(input))]) }
        if images.count == 1 { fields["image"] = images[0] } else if !images.isEmpty { fields["reference_images"] = .array(images) }
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        let video = json["video"]
        let content = video?["url"]?.filled.flatMap { ImagesAnswer.remoteContent($0, base: endpoint.baseURL) }
        let isWithheld = video?["respect_moderation"]?.bool == false
        let state = isWithheld ? .failed("withheld") : word == nil && content != nil ? .completed : JobState(word)
        var reply = JobReply(state, id: json["request_id"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.progress = json["progress"]?.double.map { Int(min(max($0, 0), 100)) }
        if isWithheld { reply.error = XAIErrors.withheld } else if json["error"]?.isNull == false { reply.error = XAIErrors.body(json) }
        guard let content else { return reply }
        var result = GenerationResult(assets: [MediaAsset(content: content)], cost: XAIErrors.cost(json))
        result.details["seconds"] = video?["duration"]?.int.map { .string(String($0)) }
        reply.result = result
        return reply
    }
}
