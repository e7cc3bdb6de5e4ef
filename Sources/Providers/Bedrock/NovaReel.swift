import HTTP
import Media

/// Amazon's video models: jobs that leave their file in a bucket.
///
/// https://docs.aws.amazon.com/nova/latest/userguide/video-gen-access.html
enum NovaReel {
    private static let size = (width: 1280, height: 720)
    /// Of one shot, in seconds.
    private static let shot = 6
    private static let dropped: Set<String> = ["quality", "background", "user", "negative_prompt", "style", "moderation"]

    /// - Parameter isPossible: without a bucket and a key pair nothing could be fetched.
    static func capabilities(isMultiShot: Bool, isPossible: Bool) -> Capabilities {
        Capabilities(
            operations: isPossible ? [.video] : [], maximumInputs: 1, inputForm: .base64,
            sizes: [.pixels(width: size.width, height: size.height)],
            seconds: isMultiShot ? Set(stride(from: shot, through: 120, by: shot)) : [shot], encodings: [], droppedFields: dropped,
            submitsJobs: true)
    }

    /// The JSON of a submit.
    /// - Parameter token: a repeat of the same one makes no second job.
    /// - Throws: an error of kind `invalidRequest` for what a video is not made from.
    static func fields(for request: GenerationRequest, output: S3Location, token: String) throws(UpstreamError) -> JSONObject {
        [
            "clientRequestToken": .string(token), "modelId": .string(request.model),
            "modelInput": .object(try input(for: request)),
            "outputDataConfig": ["s3OutputDataConfig": ["s3Uri": .string(output.description)]],
        ]
    }

    /// What is longer than a shot is cut into shots by the model, and starts from no picture.
    private static func input(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        if request.mask != nil { throw .unsayable("mask", "a video takes no mask") }
        let seconds = request.seconds ?? shot
        var parameters: JSONObject = [:]
        parameters["text"] = request.prompt.map { .string($0) }
        if let image = request.inputs.first {
            guard seconds == shot else { throw .unsayable("seconds", "a video from a picture is \(shot) seconds long") }
            parameters["images"] = [try picture(image)]
        }
        var config: JSONObject = [
            "durationSeconds": .integer(seconds), "fps": 24, "dimension": .string("\(size.width)x\(size.height)"),
        ]
        config["seed"] = request.seed.map { .integer($0) }
        config.add(request.extras, except: dropped)
        let isLong = seconds > shot
        return [
            "taskType": isLong ? "MULTI_SHOT_AUTOMATED" : "TEXT_VIDEO",
            isLong ? "multiShotAutomatedParams" : "textToVideoParams": .object(parameters), "videoGenerationConfig": .object(config),
        ]
    }

    private static func picture(_ input: MediaInput) throws(UpstreamError) -> JSONValue {
        let (base64, type) = try InputReference.inline(input)
        switch type {
        case .png?, .jpeg?, nil: break
        case .webp?, .gif?, .mp4?, .webm?, .unknown?: throw .unsayable("input_reference", "a video starts from a PNG or JPEG picture")
        }
        return ["format": type == .jpeg ? "jpeg" : "png", "source": ["bytes": .string(base64)]]
    }

    /// Where a finished job has its file: in a folder of the bucket that is named like the job (unconfirmed).
    static func file(of operation: RemoteOperation, output: S3Location?) -> S3Location? {
        let told = operation.state["output"]?.filled.flatMap(S3Location.init(parsing:)) ?? output
        guard let name = operation.id.split(separator: "/").last else { return nil }
        return told?.appending(String(name))?.appending("output.mp4")
    }

    static func reply(_ json: JSONValue, file: String?) -> JobReply {
        var reply = JobReply(JobState(json["status"]?.filled), id: json["invocationArn"]?.filled)
        reply.pollAfter = .seconds(5)
        reply.error = UpstreamErrorBody(message: json["failureMessage"]?.filled ?? "the job ended failed")
        reply.result = file.map { GenerationResult(assets: [MediaAsset(content: .url($0))]) }
        return reply
    }
}
