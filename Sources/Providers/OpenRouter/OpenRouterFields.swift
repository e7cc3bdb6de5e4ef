import Media

/// The JSON of a submit.
enum OpenRouterFields {
    /// - Throws: an error of kind `invalidRequest` for what OpenRouter has no words for.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        if request.mask != nil { throw .unsayable("mask", "OpenRouter takes no mask") }
        if request.source != nil { throw .unsayable("video", "OpenRouter takes no video") }
        let dropped = OpenRouterModel(request.model).capabilities.droppedFields
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if let shape = request.shape {
            fields["aspect_ratio"] = shape.ratio.map { .string($0.description) }
            fields["resolution"] = shape.tier.map { .string($0) }
        } else if request.size != .auto {
            fields["size"] = .string(request.size.description)
        }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["user"] = request.user.map { .string($0) }
        if request.operation.isVideo { try addVideo(request, to: &fields) } else { try addImage(request, to: &fields) }
        for name in dropped { fields[name] = nil }
        fields.add(request.extras, except: dropped)
        return fields
    }

    private static func addImage(_ request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        if request.count > 1 { fields["n"] = .integer(request.count) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["background"] = request.background.map { .string($0.rawValue) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields["output_compression"] = request.output.compression.map { .integer($0) }
        if !request.inputs.isEmpty { fields["input_references"] = .array(try references(request.inputs)) }
    }

    /// One image is where the video begins; several show what is to be in it.
    private static func addVideo(_ request: GenerationRequest, to fields: inout JSONObject) throws(UpstreamError) {
        fields["duration"] = request.seconds.map { .integer($0) }
        let images = try references(request.inputs)
        guard images.count == 1, var first = images[0].object else {
            if !images.isEmpty { fields["input_references"] = .array(images) }
            return
        }
        first["frame_type"] = "first_frame"
        fields["frame_images"] = [.object(first)]
    }

    private static func references(_ inputs: [MediaInput]) throws(UpstreamError) -> [JSONValue] {
        var list: [JSONValue] = []
        for input in inputs {
            list.append(["type": "image_url", "image_url": ["url": .string(try InputReference.urlOrDataURI(input))]])
        }
        return list
    }
}
