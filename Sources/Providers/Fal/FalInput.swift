import Media

/// The JSON of a submit: the model's input, without anything around it.
enum FalInput {
    /// - Throws: an error of kind `invalidRequest` for what the model's endpoint has no words for.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        let model = FalModel(request.model)
        let dropped = model.droppedFields
        var fields: JSONObject = [:]
        fields["prompt"] = request.prompt.map { .string($0) }
        try addImages(of: request, model, to: &fields)
        if let source = request.source { try add(source, model.task, to: &fields) }
        if model.hasOwnSize { addSize(of: request, model, to: &fields) }
        if request.operation.isVideo { fields["duration"] = request.seconds.flatMap(model.family.duration.value) }
        if request.count > 1 { fields["num_images"] = .integer(request.count) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["background"] = request.background.map { .string($0.rawValue) }
        for name in dropped { fields[name] = nil }
        fields.add(request.extras, except: dropped)
        return fields
    }

    private static func addImages(of request: GenerationRequest, _ model: FalModel, to fields: inout JSONObject) throws(UpstreamError) {
        if let mask = request.mask {
            guard model.takesMask else { throw .unsayable("mask", "this model takes no mask") }
            fields[model.family.mask] = .string(try InputReference.urlOrDataURI(mask))
        }
        guard !request.inputs.isEmpty else { return }
        let list = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
        switch model.images {
        case .one(let name): fields[name] = list[0]
        case .frames(let names): for (index, name) in names.enumerated() { fields[name] = list[index] }
        case .list(let name): fields[name] = list
        case .either:
            if request.inputs.count == 1 { fields["image_url"] = list[0] }
            fields["image_urls"] = list
        }
    }

    private static func add(_ source: SourceVideo, _ task: FalTask, to fields: inout JSONObject) throws(UpstreamError) {
        switch source {
        case .given(let video):
            guard task != .remixVideo else { throw .unsayable("video", "this model changes only videos that it made") }
            fields["video_url"] = .string(try InputReference.urlOrDataURI(video))
        case .made(let operation):
            let key = task == .remixVideo ? "video_id" : "video_url"
            guard let name = operation.state[key]?.filled else { throw .unsayable("video", "fal told no \(key) of that video") }
            fields[key] = .string(name)
        }
    }

    private static func addSize(of request: GenerationRequest, _ model: FalModel, to fields: inout JSONObject) {
        switch model.family.size {
        case .ratio:
            fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
            fields["resolution"] = request.shape?.tier.map { .string($0) }
        case .word: if request.size != .auto { fields["image_size"] = .string(request.size.description) }
        case .box, .grid:
            if let pixels = request.pixels {
                fields["image_size"] = ["width": .integer(pixels.width), "height": .integer(pixels.height)]
            } else if request.extras["image_size"] == nil, let ratio = request.extras["aspect_ratio"]?.string {
                fields["image_size"] = FalFields.presets[ratio].map { .string($0) }
            }
        }
    }
}
