import Media

/// The paths of a submit and their JSON.
enum LumaFields {
    /// - Throws: an error of kind `invalidRequest` for what the paths have no words for.
    static func submit(_ request: GenerationRequest) throws(UpstreamError) -> (path: String, fields: JSONObject) {
        switch request.operation {
        case .generate, .edit: return ("generations/image", try picture(request))
        case .video: return ("generations/video", try video(request, from: try frames(request.inputs)))
        case .extendVideo: return ("generations/video", try video(request, from: try continued(request)))
        case .editVideo: return ("generations/video/modify", try changed(request, mode: "flex_1"))
        case .remixVideo: return ("generations/video/modify", try changed(request, mode: "reimagine_1"))
        case .vary, .upscale, .removeBackground: throw .unsayable(nil, "Luma has no such operation")
        }
    }

    /// A single picture is changed; several are what the new one refers to.
    private static func picture(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields = common(request)
        fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        fields["format"] = request.output.encoding.map { .string($0 == .jpeg ? "jpg" : $0.rawValue) }
        if request.inputs.count == 1 { fields["modify_image_ref"] = try reference(request.inputs[0]) }
        if request.inputs.count > 1 {
            var references: [JSONValue] = []
            for input in request.inputs { references.append(try reference(input)) }
            fields["image_ref"] = .array(references)
        }
        fields.add(request.extras, except: LumaProvider.foreignFields)
        return fields
    }

    private static func video(_ request: GenerationRequest, from keyframes: JSONObject) throws(UpstreamError) -> JSONObject {
        var fields = common(request)
        fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
        fields["resolution"] = request.shape?.tier.map { .string($0) }
        fields["duration"] = request.seconds.map { .string("\($0)s") }
        if !keyframes.isEmpty { fields["keyframes"] = .object(keyframes) }
        fields.add(request.extras, except: LumaProvider.foreignFields)
        return fields
    }

    /// How far the result may leave the video is `mode`, of which the caller may name another.
    private static func changed(_ request: GenerationRequest, mode: String) throws(UpstreamError) -> JSONObject {
        var fields = common(request)
        fields["generation_type"] = "modify_video"
        fields["media"] = ["url": .string(try address(of: request.source))]
        if let first = request.inputs.first { fields["first_frame"] = try reference(first) }
        fields.add(request.extras, except: LumaProvider.foreignFields.union(["aspect_ratio", "resolution"]))
        if fields["mode"] == nil { fields["mode"] = .string(mode) }
        return fields
    }

    private static func common(_ request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        return fields
    }

    /// The first picture and the last.
    private static func frames(_ inputs: [MediaInput]) throws(UpstreamError) -> JSONObject {
        var frames: JSONObject = [:]
        for (index, input) in inputs.prefix(2).enumerated() {
            frames["frame\(index)"] = ["type": "image", "url": .string(try InputReference.address(input))]
        }
        return frames
    }

    /// A video goes on from its own end, perhaps towards a last picture.
    private static func continued(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        guard case .made(let operation) = request.source else {
            throw .unsayable("video", "Luma extends only videos that it made")
        }
        var frames: JSONObject = ["frame0": ["type": "generation", "id": .string(operation.id)]]
        if let last = request.inputs.first {
            frames["frame1"] = ["type": "image", "url": .string(try InputReference.address(last))]
        }
        return frames
    }

    private static func address(of source: SourceVideo?) throws(UpstreamError) -> String {
        switch source {
        case .given(let video): return try InputReference.address(video)
        case .made(let operation):
            guard let address = operation.state["video"]?.filled else {
                throw .unsayable("video", "the address of the video at Luma is not known")
            }
            return address
        case nil: throw .unsayable("video", "a video to start from is needed")
        }
    }

    private static func reference(_ input: MediaInput) throws(UpstreamError) -> JSONValue {
        ["url": .string(try InputReference.address(input))]
    }
}
