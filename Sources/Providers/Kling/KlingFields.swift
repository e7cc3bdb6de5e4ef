import Media

/// The paths of a submit and their JSON. Paths beside `text2video`, `image2video` and `multi-image2video` are told by copies of the
/// documentation alone (unconfirmed).
enum KlingFields {
    /// - Throws: an error of kind `invalidRequest` for what there is no path for.
    static func path(for request: GenerationRequest) throws(UpstreamError) -> String {
        let isOmni = KlingModel(request.model).isOmni
        switch request.operation {
        case .generate, .edit:
            if isOmni { return "v1/images/omni-image" }
            return request.inputs.count > 1 ? "v1/images/multi-image2image" : "v1/images/generations"
        case .video:
            if isOmni { return "v1/videos/omni-video" }
            return switch request.inputs.count {
            case 0: "v1/videos/text2video"
            case 1, 2: "v1/videos/image2video"
            case _: "v1/videos/multi-image2video"
            }
        case .editVideo, .remixVideo: return "v1/videos/omni-video"
        case .extendVideo: return "v1/videos/video-extend"
        case .vary, .upscale, .removeBackground: throw .unsayable(nil, "Kling has no such operation")
        }
    }

    /// - Throws: as `path`, and for inputs that were not made base64 before.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = [:]
        if request.operation != .extendVideo { fields["model_name"] = .string(request.model) }
        fields["prompt"] = request.prompt.map { .string($0) }
        switch request.operation {
        case .generate, .edit, .vary, .upscale, .removeBackground: try addPicture(request, to: &fields)
        case .video: try addVideo(request, to: &fields)
        case .editVideo, .remixVideo: try addChange(request, to: &fields)
        case .extendVideo: fields["video_id"] = .string(try name(of: request.source))
        }
        fields.add(request.extras, except: KlingModel.foreignFields)
        return fields
    }

    private static func addPicture(_ request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        if request.count > 1 { fields["n"] = .integer(request.count) }
        fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        // What all models make anyway; those of the first generation know no other.
        if let tier = request.shape?.tier, tier != "1k" { fields["resolution"] = .string(tier) }
        if KlingModel(request.model).isOmni {
            if !request.inputs.isEmpty { fields["image_list"] = try list(request.inputs, "image") }
        } else if request.inputs.count > 1 {
            fields["subject_image_list"] = try list(request.inputs, "subject_image")
        } else if let image = request.inputs.first {
            fields["image"] = .string(try InputReference.urlOrBase64(image))
            // This one version wants to be told what to take from the image.
            if request.model == "kling-v1-5", request.extras["image_reference"] == nil { fields["image_reference"] = "subject" }
        }
    }

    /// One image is the first frame, a second one the last; more are references.
    private static func addVideo(_ request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        fields["mode"] = mode(of: request)
        fields["duration"] = request.seconds.map { .string(String($0)) }
        let ratio = request.shape?.ratio
        let isFramed = (1...2).contains(request.inputs.count)
        if !isFramed { fields["aspect_ratio"] = ratio.map { .string($0.description) } }
        if KlingModel(request.model).isOmni {
            // It has no shape of its own to fall back on.
            if !isFramed, ratio == nil, request.extras["aspect_ratio"] == nil { fields["aspect_ratio"] = "16:9" }
            if !request.inputs.isEmpty { fields["image_list"] = try omniImages(request.inputs, isFramed: isFramed) }
        } else if isFramed {
            fields["image"] = .string(try InputReference.urlOrBase64(request.inputs[0]))
            if request.inputs.count == 2 { fields["image_tail"] = .string(try InputReference.urlOrBase64(request.inputs[1])) }
        } else if !request.inputs.isEmpty {
            fields["image_list"] = try list(request.inputs, "image")
        }
    }

    /// The length and the shape are the given video's.
    private static func addChange(_ request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        fields["mode"] = mode(of: request)
        fields["video_list"] = [["video_url": .string(try InputReference.videoAddress(request.source)), "refer_type": "base"]]
        if !request.inputs.isEmpty { fields["image_list"] = try omniImages(request.inputs, isFramed: false) }
    }

    /// The better mode for who asks for quality or for 1080p; nil leaves it to the service.
    private static func mode(of request: GenerationRequest) -> JSONValue? {
        switch request.quality {
        case "high", "hd", "xhigh", "max", "pro": "pro"
        case "low", "medium", "standard", "std": "std"
        case _: request.shape?.tier == "1080p" ? "pro" : nil
        }
    }

    private static func omniImages(_ inputs: [MediaInput], isFramed: Bool) throws(UpstreamError) -> JSONValue {
        var list: [JSONValue] = []
        for (index, input) in inputs.enumerated() {
            var item: JSONObject = ["image_url": .string(try InputReference.urlOrBase64(input))]
            if isFramed { item["type"] = index == 0 ? "first_frame" : "end_frame" }
            list.append(.object(item))
        }
        return .array(list)
    }

    private static func list(_ inputs: [MediaInput], _ key: String) throws(UpstreamError) -> JSONValue {
        var list: [JSONValue] = []
        for input in inputs { list.append([key: .string(try InputReference.urlOrBase64(input))]) }
        return .array(list)
    }

    private static func name(of source: SourceVideo?) throws(UpstreamError) -> String {
        guard case .made(let operation) = source, let name = operation.state["video_id"]?.filled else {
            throw .unsayable("video", "Kling extends only videos that it made")
        }
        return name
    }
}
