import HTTP
import Media

/// Videos by Gemini Omni's interactions: one request makes a job in the background, or goes on with what an earlier one made.
///
/// https://ai.google.dev/gemini-api/docs/interactions
enum Interactions {
    /// What these models have no word for.
    static let dropped: Set<String> = [
        "quality", "background", "user", "output_format", "output_compression", "moderation", "style", "negative_prompt",
    ]

    /// What an Omni model can do, by its name.
    static func capabilities(for model: String) -> Capabilities {
        Capabilities(
            operations: [.video, .editVideo, .remixVideo, .extendVideo], maximumInputs: 6, inputForm: .base64, shapes: shapes,
            seconds: Set(3...(model.contains("1.2") ? 15 : 10)), acceptsVideoFile: true, droppedFields: dropped, submitsJobs: true)
    }

    private static let shapes = ShapeRule(
        ["16:9", "9:16"],
        tiers: [SizeTier("360p", 360), SizeTier("720p", 720), SizeTier("1080p", 1080), SizeTier("4k", 2160)], measure: .shortSide)

    /// The body of a submit. Without `background` the answer would not come before the video.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var format: JSONObject = ["type": "video", "delivery": "uri"]
        format["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        format["resolution"] = request.shape?.tier.map { .string($0) }
        format["duration"] = request.seconds.map { .string("\($0)s") }
        var configuration: JSONObject = ["video_config": ["task": .string(task(of: request))]]
        configuration["seed"] = request.seed.map { .integer($0) }
        var fields: JSONObject = [
            "model": .string(request.model), "input": try input(of: request), "background": true, "response_format": .object(format),
            "generation_config": .object(configuration),
        ]
        if case .made(let operation) = request.source { fields["previous_interaction_id"] = .string(operation.id) }
        fields.addNested(request.extras, except: dropped.union(["aspect_ratio", "resolution"]))
        return fields
    }

    private static func task(of request: GenerationRequest) -> String {
        switch request.operation {
        case .editVideo, .remixVideo: "edit"
        case .extendVideo: "extend"
        case .generate, .edit, .vary, .upscale, .removeBackground, .video:
            request.inputs.isEmpty ? "text_to_video" : request.inputs.count == 1 ? "image_to_video" : "reference_to_video"
        }
    }

    /// A text alone, or media and then the text.
    private static func input(of request: GenerationRequest) throws(UpstreamError) -> JSONValue {
        var items: [JSONValue] = []
        for image in request.inputs {
            let (data, type) = try GoogleMedia.inline(image, field: "input_reference")
            items.append(["type": "image", "data": data, "mime_type": type])
        }
        switch request.source {
        case .given(let video):
            let (data, type) = try GoogleMedia.inline(video, field: "video", usual: .mp4)
            items.append(["type": "video", "data": data, "mime_type": type])
        case nil where [.editVideo, .remixVideo, .extendVideo].contains(request.operation):
            throw .unsayable("video", "there is no video to work on")
        case .made, nil: break
        }
        guard let prompt = request.prompt else { return .array(items) }
        return items.isEmpty ? .string(prompt) : .array(items + [["type": "text", "text": .string(prompt)]])
    }
}

extension Interactions {
    /// Where an interaction stands. One that could not go on may have made its video before.
    /// - Throws: an error of kind `moderated` where it was completed in words alone.
    static func reply(_ json: JSONValue, base: HTTPURL) throws(UpstreamError) -> JobReply {
        let outputs = outputs(of: json)
        let assets = outputs.compactMap { asset(from: $0, base: base) }
        var reply = JobReply(state(json["status"]?.filled, hasVideo: !assets.isEmpty), id: json["id"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.result = GenerationResult(assets: assets)
        let failure = json["errors"]?[0] ?? json["error"]
        reply.error = failure.map { UpstreamErrorBody(["error": $0]) }
        if reply.state == .completed, assets.isEmpty, videoTokens(json["usage"]) == 0,
            outputs.contains(where: { $0["text"]?.filled != nil })
        {
            throw GoogleErrors.refusal("the provider answered with words instead of a video")
        }
        return reply
    }

    /// What codes of failed interactions mean (unconfirmed, but for the names of google.rpc).
    static let failures = CodeTable(
        codes: [
            "internal_error": .jobFailed, "internal": .jobFailed, "unavailable": .jobFailed, "resource_exhausted": .jobFailed,
            "overloaded": .jobFailed, "deadline_exceeded": .jobFailed,
        ],
        containing: [("safety", .moderated), ("prohibited", .moderated), ("blocked", .moderated)])

    private static func state(_ word: String?, hasVideo: Bool) -> JobState {
        switch word {
        case "incomplete", "budget_exceeded", "requires_action": hasVideo ? .completed : .failed(word ?? "")
        case _: JobState(word)
        }
    }

    private static func outputs(of json: JSONValue) -> [JSONValue] {
        (json["steps"]?.array ?? []).filter { $0["type"]?.string == "model_output" }.flatMap { $0["content"]?.array ?? [] }
    }

    private static func asset(from item: JSONValue, base: HTTPURL) -> MediaAsset? {
        guard item["type"]?.string == "video" else { return nil }
        if let asset = GoogleMedia.asset(base64: item["data"]?.filled, base: base) { return asset }
        return item["uri"]?.filled.flatMap { ImagesAnswer.remoteContent($0, base: base) }.map { MediaAsset(content: $0) }
    }

    private static func videoTokens(_ usage: JSONValue?) -> Int {
        let counts = usage?["output_tokens_by_modality"]
        let listed = counts?.array?.first { $0["modality"]?.string?.lowercased() == "video" }
        return listed?["tokens"]?.int ?? counts?["video"]?.int ?? 0
    }
}
