import Media

/// The paths of a submit and their JSON.
enum RunwayFields {
    /// - Throws: an error of kind `invalidRequest` for what the paths have no words for.
    static func submit(_ request: GenerationRequest) throws(UpstreamError) -> (path: String, fields: JSONObject) {
        let model = RunwayModel(named: request.model)
        switch request.operation {
        case .generate, .edit: return ("v1/text_to_image", try image(request, model))
        case .upscale: return ("v1/image_upscale", try upscale(request))
        case .video: return try video(request, model)
        case .editVideo, .remixVideo: return ("v1/video_to_video", try changed(request, model, mode: "edit"))
        case .extendVideo: return ("v1/video_to_video", try changed(request, model, mode: "extend"))
        case .vary, .removeBackground: throw .unsayable(nil, "Runway has no such operation")
        }
    }

    private static func image(_ request: GenerationRequest, _ model: RunwayModel) throws(UpstreamError) -> JSONObject {
        var fields = common(request, model)
        addRatio(of: request, model, to: &fields)
        if !request.inputs.isEmpty { fields["referenceImages"] = try uris(request.inputs) }
        fields["maskUri"] = try request.mask.map { mask throws(UpstreamError) in .string(try InputReference.urlOrDataURI(mask)) }
        if request.count > 1 { fields["outputCount"] = .integer(request.count) }
        if !model.qualities.isEmpty { fields["quality"] = request.quality.map { .string($0) } }
        if model.hasBackground { fields["background"] = request.background.map { .string($0.rawValue) } }
        fields["outputFormat"] = request.output.encoding.map { .string($0.rawValue) }
        return with(request.extras, fields)
    }

    private static func upscale(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        guard let image = request.inputs.first else { throw .unsayable("image", "an image to enlarge is needed") }
        return with(request.extras, ["model": .string(request.model), "imageUri": .string(try InputReference.urlOrDataURI(image))])
    }

    /// One image is the first frame, a second one the last; more are references, which only the text path takes.
    private static func video(
        _ request: GenerationRequest, _ model: RunwayModel
    ) throws(UpstreamError) -> (path: String, fields: JSONObject) {
        var fields = common(request, model)
        fields["duration"] = (request.seconds ?? model.usualSeconds).map { .integer($0) }
        let isFramed = (1...2).contains(request.inputs.count)
        addRatio(of: request, model, to: &fields)
        if isFramed, model.followsImage { fields["ratio"] = nil }
        if isFramed { fields["promptImage"] = try frames(request.inputs) }
        if request.inputs.count > 2 { fields["references"] = try uris(request.inputs) }
        return (isFramed ? "v1/image_to_video" : "v1/text_to_video", with(request.extras, fields))
    }

    /// An edit keeps the length and the shape of its video.
    private static func changed(
        _ request: GenerationRequest, _ model: RunwayModel, mode: String
    ) throws(UpstreamError) -> JSONObject {
        var fields = common(request, model)
        fields[model.videoField] = .string(try InputReference.video(request.source))
        if !request.inputs.isEmpty { fields["references"] = try uris(request.inputs) }
        guard model.hasModes else { return with(request.extras, fields) }
        fields["mode"] = .string(mode)
        fields["duration"] = mode == "edit" ? "auto" : request.seconds.map { .integer($0) }
        return with(request.extras, fields)
    }

    private static func common(_ request: GenerationRequest, _ model: RunwayModel) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["promptText"] = request.prompt.map { .string($0) }
        if model.hasSeed { fields["seed"] = request.seed.map { .integer($0) } }
        return fields
    }

    private static func addRatio(of request: GenerationRequest, _ model: RunwayModel, to fields: inout JSONObject) {
        if let shape = request.shape {
            fields["ratio"] = shape.ratio.map { .string($0.description) }
            fields["resolution"] = shape.tier.map { .string($0) }
        } else {
            fields["ratio"] = (request.pixels.map { "\($0.width):\($0.height)" } ?? model.usualRatio).map { .string($0) }
        }
    }

    private static func frames(_ inputs: [MediaInput]) throws(UpstreamError) -> JSONValue {
        if inputs.count == 1 { return .string(try InputReference.urlOrDataURI(inputs[0])) }
        return [
            ["uri": .string(try InputReference.urlOrDataURI(inputs[0])), "position": "first"],
            ["uri": .string(try InputReference.urlOrDataURI(inputs[1])), "position": "last"],
        ]
    }

    private static func uris(_ inputs: [MediaInput]) throws(UpstreamError) -> JSONValue {
        var list: [JSONValue] = []
        for input in inputs { list.append(["uri": .string(try InputReference.urlOrDataURI(input))]) }
        return .array(list)
    }

    /// What the caller set besides, as far as it is not a word for something else here.
    private static func with(_ extras: JSONObject, _ fields: JSONObject) -> JSONObject {
        var fields = fields
        fields.add(extras, except: RunwayModel.foreignFields)
        return fields
    }
}
