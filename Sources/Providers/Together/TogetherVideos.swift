import HTTP
import Media

/// Together AI's videos: a job, polled by its id; the file lies behind an address.
///
/// https://docs.together.ai/reference/create-videos
struct TogetherVideos: Sendable {
    let endpoint: UpstreamEndpoint
    let classifier: UpstreamErrorClassifier

    func url(of operation: RemoteOperation) -> HTTPURL {
        endpoint.baseURL.appending(path: "v2/videos").appending(segment: operation.id)
    }

    func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        if request.operation == .extendVideo { throw .unsayable(nil, "Together AI cannot make a video longer") }
        return endpoint.post("v2/videos", .json(.object(try Self.fields(for: request))))
    }

    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation {
        guard response.status.isSuccess else { throw classifier.error(for: response, at: step) }
        let json = try response.json()
        // A job that failed carries its error; without a status, the error is the answer.
        if json["status"]?.filled == nil, let body = UpstreamErrorBody(inSuccess: json) {
            throw classifier.error(body, in: response, at: step)
        }
        return try classifier.generation(reply(json), in: response, at: step, failures: TogetherErrors.failures)
    }

    private static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        // A text, as the service's own clients send it.
        fields["seconds"] = request.seconds.map { .string(String($0)) }
        fields["seed"] = request.seed.map { .integer($0) }
        let media = try media(for: request)
        if !media.isEmpty { fields["media"] = .object(media) }
        fields["ratio"] = request.extras["aspect_ratio"]
        fields.add(request.extras, except: ["aspect_ratio"])
        return fields
    }

    /// One frame is the first, two are the first and the last: so the service places what says no place. For a video, the documentation
    /// speaks of addresses alone; a data URI is believed to do, as it does for images (unconfirmed).
    private static func media(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var media: JSONObject = [:]
        if request.operation != .video { media["source_video"] = .string(try InputReference.video(request.source)) }
        guard !request.inputs.isEmpty else { return media }
        let images = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
        if request.operation != .video || TogetherModel(request.model).takesReferences {
            media["reference_images"] = images
        } else {
            media["frame_images"] = .array((images.array ?? []).map { ["input_image": $0] })
        }
        return media
    }

    private func reply(_ json: JSONValue) -> JobReply {
        let word = json["status"]?.filled
        var reply = JobReply(JobState(word), id: json["id"]?.filled)
        reply.pollAfter = .seconds(3)
        reply.error = error(in: json, word)
        guard let content = json["outputs"]?["video_url"]?.filled.flatMap({ ImagesAnswer.remoteContent($0, base: endpoint.baseURL) })
        else { return reply }
        var result = GenerationResult(assets: [MediaAsset(content: content)], cost: json["outputs"]?["cost"]?.double)
        for key in ["seconds", "size"] { if let text = json[key]?.filled { result.details[key] = .string(text) } }
        reply.result = result
        return reply
    }

    /// In `error`, or among the `errors` of `info`.
    private func error(in json: JSONValue, _ word: String?) -> UpstreamErrorBody {
        var body = UpstreamErrorBody(json)
        let listed = json["info"]?["errors"]
        body.message = body.message ?? listed?.filled ?? listed?[0]?.filled ?? listed?[0]?["message"]?.filled
        body.message = body.message ?? "the video ended \(word ?? "failed")"
        return body
    }
}
