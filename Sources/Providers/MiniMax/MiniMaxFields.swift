import Media

/// The paths of a submit and their JSON.
enum MiniMaxFields {
    /// - Throws: an error of kind `invalidRequest` for what the paths have no words for.
    static func submit(_ request: GenerationRequest) throws(UpstreamError) -> (path: String, fields: JSONObject) {
        let generation = MiniMaxModel(request.model).generation
        switch request.operation {
        case .generate, .edit: return ("v1/image_generation", try picture(request))
        case .video:
            if case .firstVideo = generation { return ("v1/video_generation", try firstVideo(request)) }
            return ("v2/video_generation", try secondVideo(request, from: nil))
        case .editVideo, .remixVideo:
            return ("v2/video_generation", try secondVideo(request, from: try InputReference.video(request.source)))
        case .vary, .upscale, .removeBackground, .extendVideo: throw .unsayable(nil, "MiniMax has no such operation")
        }
    }

    /// An input picture is a person that the new one shows.
    private static func picture(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields = common(request)
        if let shape = request.shape {
            fields["aspect_ratio"] = shape.ratio.map { .string($0.description) }
        } else if let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        fields["response_format"] = request.output.delivery == .url ? "url" : "base64"
        fields["seed"] = request.seed.map { .integer($0) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        var subjects: [JSONValue] = []
        for input in request.inputs {
            subjects.append(["type": "character", "image_file": .string(try InputReference.urlOrDataURI(input))])
        }
        if !subjects.isEmpty { fields["subject_reference"] = .array(subjects) }
        // Beside a width and a height, a ratio would win.
        fields.add(request.extras, except: MiniMaxModel.foreignFields.union(request.pixels == nil ? [] : ["aspect_ratio"]))
        return fields
    }

    /// One image is the first frame, a second one the last.
    private static func firstVideo(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields = common(request)
        if MiniMaxModel(request.model).isBySubject {
            fields["subject_reference"] = [
                ["type": "character", "image": try InputReference.list(request.inputs, InputReference.urlOrDataURI)]
            ]
        } else {
            for (key, input) in zip(["first_frame_image", "last_frame_image"], request.inputs) {
                fields[key] = .string(try InputReference.urlOrDataURI(input))
            }
        }
        fields["duration"] = request.seconds.map { .integer($0) }
        fields["resolution"] = request.shape?.tier.map { .string($0) }
        fields.add(request.extras, except: MiniMaxModel.foreignFields.union(["aspect_ratio", "seed"]))
        return fields
    }

    /// Length and resolution are required; a ratio is, too, where neither picture nor video gives one (unconfirmed).
    private static func secondVideo(_ request: GenerationRequest, from video: String?) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        let isFramed = video == nil && (1...2).contains(request.inputs.count)
        fields["content"] = try content(of: request, isFramed: isFramed, video: video)
        fields["resolution"] = .string(request.shape?.tier ?? request.extras["resolution"]?.filled ?? "768P")
        fields["duration"] = .integer(request.seconds ?? 5)
        if !isFramed {
            let isFree = request.inputs.isEmpty && video == nil
            fields["ratio"] = (request.shape?.ratio?.description ?? (isFree ? "16:9" : nil)).map { .string($0) }
        }
        fields.add(request.extras, except: MiniMaxModel.foreignFields.union(["aspect_ratio", "seed"]))
        return fields
    }

    /// One image is the first frame, a second one the last; more, and those beside a video, are references.
    private static func content(of request: GenerationRequest, isFramed: Bool, video: String?) throws(UpstreamError) -> JSONValue {
        var content: [JSONValue] = []
        if let prompt = request.prompt { content.append(["type": "text", "text": .string(prompt)]) }
        for (index, input) in request.inputs.enumerated() {
            let role: JSONValue = isFramed ? (index == 0 ? "first_frame" : "last_frame") : "reference_image"
            let url: JSONValue = .string(try InputReference.urlOrDataURI(input))
            content.append(["type": "image_url", "image_url": ["url": url], "role": role])
        }
        if let video { content.append(["type": "video_url", "video_url": ["url": .string(video)], "role": "reference_video"]) }
        return .array(content)
    }

    private static func common(_ request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        return fields
    }
}
