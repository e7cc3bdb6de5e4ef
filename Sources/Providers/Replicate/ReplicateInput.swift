import Media

/// The `input` of a prediction.
enum ReplicateInput {
    /// - Throws: an error of kind `invalidRequest` for what the model has no words for.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        let model = ReplicateModel(request.model)
        let dropped = model.droppedFields
        var fields: JSONObject = [:]
        fields["prompt"] = request.prompt.map { .string($0) }
        try addImages(of: request, model, to: &fields)
        if let source = request.source { fields["video"] = .string(try InputReference.video(source)) }
        if model.hasOwnSize { addSize(of: request, model.family.size, to: &fields) }
        if request.operation.isVideo, let length = model.family.length { fields[length] = request.seconds.map { .integer($0) } }
        if request.count > 1, let count = model.count { fields[count.name] = .integer(request.count) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["output_format"] = request.output.encoding.map { .string(word(for: $0, model.family)) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["background"] = request.background.map { .string($0.rawValue) }
        fields["output_compression"] = request.output.compression.map { .integer($0) }
        for name in dropped { fields[name] = nil }
        fields.add(request.extras, except: dropped)
        return fields
    }

    /// Most models say `jpg`; those that know OpenAI's fields say it as OpenAI does.
    private static func word(for encoding: ImageEncoding, _ family: ReplicateFamily) -> String {
        encoding == .jpeg && !family.known.contains("quality") ? "jpg" : encoding.rawValue
    }

    private static func addImages(
        of request: GenerationRequest, _ model: ReplicateModel, to fields: inout JSONObject
    ) throws(UpstreamError) {
        if let mask = request.mask {
            guard model.mask != nil else { throw .unsayable("mask", "this model takes no mask") }
            fields["mask"] = .string(try InputReference.urlOrDataURI(mask))
        }
        guard !request.inputs.isEmpty else { return }
        let list = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
        switch model.images {
        case .one(let name): fields[name] = list[0]
        case .list(let name): fields[name] = list
        case .numbered(let name, let all):
            for index in request.inputs.indices { fields[index == 0 ? name : "\(name)_\(index + 1)"] = list[index] }
            fields[all] = list
        }
    }

    private static func addSize(of request: GenerationRequest, _ size: ReplicateFamily.Sizing, to fields: inout JSONObject) {
        switch size {
        case .ratio(_, let tier):
            fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) }
            fields[tier] = request.shape?.tier.map { .string($0) }
        case .box: addPixels(of: request, to: &fields)
        case .any:
            addPixels(of: request, to: &fields)
            guard let pixels = request.pixels, let told = AspectRatio(width: pixels.width, height: pixels.height) else { return }
            fields["aspect_ratio"] = ReplicateFields.usual.first(where: told.isSimilar).map { .string($0.description) }
        case .none: break
        }
    }

    private static func addPixels(of request: GenerationRequest, to fields: inout JSONObject) {
        guard let pixels = request.pixels else { return }
        fields["width"] = .integer(pixels.width)
        fields["height"] = .integer(pixels.height)
    }
}
