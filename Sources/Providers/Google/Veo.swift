import HTTP
import Media

/// Videos by Veo's `:predictLongRunning`, whose operation is asked for by `:fetchPredictOperation`.
///
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
enum Veo {
    /// What these models have no word for.
    static let dropped: Set<String> = [
        "quality", "background", "user", "output_format", "output_compression", "moderation", "style",
    ]

    /// What a model can do, by its name. Videos have a lasting name only where the caller names a bucket for them.
    static func capabilities(for model: String) -> Capabilities {
        let isSecond = model.hasPrefix("veo-2")
        let isThird = model.hasPrefix("veo-3.0")
        return Capabilities(
            operations: isThird ? [.video] : [.video, .extendVideo], maximumInputs: isSecond || isThird ? 1 : 3, inputForm: .base64,
            shapes: ShapeRule(["16:9", "9:16"], tiers: tiers(of: model), measure: .shortSide),
            seconds: isSecond ? [5, 6, 7, 8] : [4, 6, 8], acceptsVideoFile: !isThird, namesOwnVideos: false,
            droppedFields: dropped, submitsJobs: true)
    }

    /// What is added to a video has one length, and starts from no picture.
    static func capabilities(for model: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities(for: model).limited(to: operation)
        guard operation == .extendVideo else { return limited }
        limited.seconds = [7]
        limited.maximumInputs = 0
        return limited
    }

    private static func tiers(of model: String) -> [SizeTier] {
        let usual = [SizeTier("720p", 720), SizeTier("1080p", 1080)]
        if model.hasPrefix("veo-2") { return [] }
        return model.hasPrefix("veo-3.0") || model.contains("lite") ? usual : usual + [SizeTier("4k", 2160)]
    }

    /// The body of a submit. Models that make sound demand to be told whether they shall.
    /// - Parameter output: the operator's bucket for videos.
    static func fields(for request: GenerationRequest, output: String?) throws(UpstreamError) -> JSONObject {
        var extras = GoogleNames.camelled(request.extras, except: dropped.union(["aspect_ratio", "resolution"]))
        var instance: JSONObject = [:]
        instance["prompt"] = request.prompt.map { .string($0) }
        for key in ["lastFrame", "referenceImages"] { instance[key] = extras.removeValue(forKey: key) }
        try addInputs(of: request, to: &instance)
        var parameters: JSONObject = ["sampleCount": 1]
        parameters["aspectRatio"] = request.shape?.ratio.map { .string($0.description) }
        parameters["resolution"] = request.shape?.tier.map { .string($0) }
        parameters["durationSeconds"] = request.seconds.map { .integer($0) }
        parameters["seed"] = request.seed.map { .integer($0) }
        if !request.model.contains("veo-2") { parameters["generateAudio"] = extras.removeValue(forKey: "generateAudio") ?? true }
        parameters["storageUri"] = output.map { .string($0) }
        parameters.addNested(extras, except: [])
        return ["instances": [.object(instance)], "parameters": .object(parameters)]
    }

    /// One picture is the first frame; several show what shall appear.
    private static func addInputs(of request: GenerationRequest, to instance: inout JSONObject) throws(UpstreamError) {
        var images: [JSONValue] = []
        for input in request.inputs {
            let (data, type) = try GoogleMedia.inline(input, field: "input_reference")
            images.append(["bytesBase64Encoded": data, "mimeType": type])
        }
        if images.count > 1 {
            instance["referenceImages"] = .array(images.map { ["image": $0, "referenceType": "asset"] })
        } else {
            instance["image"] = images.first
        }
        instance["video"] = try source(of: request)
    }

    private static func source(of request: GenerationRequest) throws(UpstreamError) -> JSONValue? {
        switch request.source {
        case .given(let video):
            let (data, type) = try GoogleMedia.inline(video, field: "video", usual: .mp4)
            return ["bytesBase64Encoded": data, "mimeType": type]
        case .made(let operation):
            guard let object = operation.state["gcs_uri"]?.filled else {
                throw .unsayable("video", "the provider keeps no videos but in the bucket that output names: send the video itself")
            }
            return ["gcsUri": .string(object), "mimeType": "video/mp4"]
        case nil:
            guard request.operation == .video else { throw .unsayable("video", "there is no video to work on") }
            return nil
        }
    }
}

extension Veo {
    /// Where an operation stands; the answer to the submit is its name alone.
    /// - Throws: an error of kind `moderated` where all that was made was withheld.
    static func reply(
        _ json: JSONValue, base: HTTPURL, errors: GoogleErrors, at step: Step
    ) throws(UpstreamError) -> JobReply {
        let isDone = json["done"]?.bool == true
        var reply = JobReply(isDone ? .completed : step.startedRequest != nil ? .queued : .running, id: json["name"]?.filled)
        reply.pollAfter = .seconds(10)
        if isDone, let error = json["error"], let code = error["code"]?.int, code != 0 {
            reply.state = .failed("failed")
            reply.error = UpstreamErrorBody(message: error["message"]?.filled, code: String(code))
            return reply
        }
        let answer = json["response"]
        let videos = answer?.google("videos")?.array ?? []
        var result = GenerationResult(assets: videos.compactMap { VertexMedia.asset(from: $0, base: base) })
        let withheld = answer?.google("raiMediaFilteredCount")?.int ?? 0
        if isDone, result.assets.isEmpty, withheld > 0 {
            let reason = answer?.google("raiMediaFilteredReasons")?[0]?.filled ?? "the provider withheld the video"
            throw GoogleErrors.refusal(errors.classifier.cleaned(reason, at: step))
        }
        if withheld > 0 { result.warnings = [Warning(field: "n", message: "\(withheld) withheld by the provider")] }
        reply.memory["gcs_uri"] = videos.lazy.compactMap { $0.google("gcsUri")?.filled }.first.map { .string($0) }
        reply.result = result
        return reply
    }

    /// Codes of google.rpc: no room, internal, unavailable. Words that refuse the content are unconfirmed.
    static let failures = CodeTable(
        codes: ["8": .jobFailed, "13": .jobFailed, "14": .jobFailed],
        phrases: [("responsible ai", .moderated), ("usage guidelines", .moderated), ("sensitive words", .moderated)])
}
