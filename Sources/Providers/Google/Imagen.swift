import HTTP
import Media

/// Pictures by Imagen's `:predict`, where a project still has it.
///
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api
enum Imagen {
    /// What these models have no word for.
    static let dropped: Set<String> = ["quality", "background", "user", "moderation", "style", "input_fidelity"]

    /// What a model can do, by its name: those with "capability" edit, all others generate.
    static func capabilities(for model: String) -> Capabilities {
        let isEditor = model.contains("capability")
        return Capabilities(
            operations: isEditor ? [.edit] : [.generate], acceptsMask: isEditor, needsMask: isEditor, maskForm: .white,
            minimumInputs: isEditor ? 1 : 0, maximumInputs: isEditor ? 1 : 0, maximumCount: 4, inputForm: .base64,
            shapes: isEditor ? ShapeRule() : ShapeRule(ratios, tiers: tiers(of: model)), encodings: [.png, .jpeg], droppedFields: dropped)
    }

    private static let ratios: [AspectRatio] = ["1:1", "3:4", "4:3", "9:16", "16:9"]

    private static func tiers(of model: String) -> [SizeTier] {
        model.contains("imagen-4") && !model.contains("fast") ? [SizeTier("1K", 1024), SizeTier("2K", 2048)] : []
    }

    /// The request's body. Without `includeRaiReason` withheld pictures would be missing without a word. That, `sampleImageSize`,
    /// `outputOptions` and `addWatermark` are unconfirmed.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var instance: JSONObject = [:]
        instance["prompt"] = request.prompt.map { .string($0) }
        var parameters: JSONObject = ["sampleCount": .integer(request.count), "includeRaiReason": true]
        parameters["aspectRatio"] = request.shape?.ratio.map { .string($0.description) }
        parameters["sampleImageSize"] = request.shape?.tier.map { .string($0) }
        if let seed = request.seed {
            parameters["seed"] = .integer(seed)
            // A watermark and a seed exclude each other.
            parameters["addWatermark"] = false
        }
        parameters["outputOptions"] = output(request.output).map { .object($0) }
        var extras = GoogleNames.camelled(request.extras, except: dropped.union(["aspect_ratio", "resolution"]))
        if let mask = request.mask, let image = request.inputs.first {
            instance["referenceImages"] = try references(image, mask)
            parameters["editMode"] = extras.removeValue(forKey: "editMode") ?? "EDIT_MODE_INPAINT_INSERTION"
        }
        parameters.addNested(extras, except: [])
        return ["instances": [.object(instance)], "parameters": .object(parameters)]
    }

    private static func output(_ wish: OutputWish) -> JSONObject? {
        guard let encoding = wish.encoding else { return nil }
        var options: JSONObject = ["mimeType": .string("image/\(encoding.rawValue)")]
        if encoding == .jpeg { options["compressionQuality"] = wish.compression.map { .integer($0) } }
        return options
    }

    /// The picture, and the mask: what is not black in it is changed (unconfirmed).
    private static func references(_ image: MediaInput, _ mask: MediaInput) throws(UpstreamError) -> JSONValue {
        [
            [
                "referenceType": "REFERENCE_TYPE_RAW", "referenceId": 1,
                "referenceImage": ["bytesBase64Encoded": try GoogleMedia.inline(image).data],
            ],
            [
                "referenceType": "REFERENCE_TYPE_MASK", "referenceId": 2,
                "referenceImage": ["bytesBase64Encoded": try GoogleMedia.inline(mask, field: "mask").data],
                "maskImageConfig": ["maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0.03],
            ],
        ]
    }

    /// The pictures; those that were withheld tell why.
    /// - Throws: an error of kind `moderated` where all were, `invalidAnswer` where there are none at all.
    static func result(from json: JSONValue, base: HTTPURL, errors: GoogleErrors, at step: Step) throws(UpstreamError) -> GenerationResult {
        let predictions = json.google("predictions")?.array ?? []
        let assets = predictions.compactMap { asset(from: $0, base: base) }
        let withheld = predictions.compactMap { $0.google("raiFilteredReason")?.filled }
        guard !assets.isEmpty else {
            if let reason = withheld.first { throw GoogleErrors.refusal(errors.classifier.cleaned(reason, at: step)) }
            throw UpstreamError(.invalidAnswer, status: 200, message: "the provider's answer holds no picture")
        }
        let warnings = withheld.isEmpty ? [] : [Warning(field: "n", message: "\(withheld.count) withheld by the provider")]
        return GenerationResult(assets: assets, warnings: warnings)
    }

    private static func asset(from prediction: JSONValue, base: HTTPURL) -> MediaAsset? {
        var asset = VertexMedia.asset(from: prediction, base: base)
        asset?.revisedPrompt = prediction["prompt"]?.filled
        return asset
    }
}

/// Results as Vertex AI's models give them.
enum VertexMedia {
    /// From the bytes, or from a bucket.
    static func asset(from item: JSONValue, base: HTTPURL) -> MediaAsset? {
        if let asset = GoogleMedia.asset(base64: item.google("bytesBase64Encoded")?.filled, base: base) { return asset }
        guard let object = item.google("gcsUri")?.filled, object.hasPrefix("gs://"), let storage = try? HTTPURL(parsing: storage) else {
            return nil
        }
        return MediaAsset(content: .url(storage.appending(path: String(object.dropFirst(5))).description))
    }

    /// The operator's bucket for videos; nil where none is set.
    static func output(_ settings: ProviderSettings) throws(ConfigurationError) -> String? {
        guard let output = settings.options["output"], !output.isEmpty else { return nil }
        guard output.hasPrefix("gs://"), output.utf8.count > 7, output.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ConfigurationError(key: "output", "is no gs://bucket/prefix")
        }
        return output
    }

    /// What lies in buckets is the operator's, and Google reads it with the operator's rights: callers name none.
    /// - Throws: an error of kind `invalidRequest`.
    static func refuseBuckets(in extras: JSONObject) throws(UpstreamError) {
        for (name, value) in extras where namesBucket(value) {
            throw .unsayable(name, "objects in buckets cannot be named here: send the picture itself")
        }
    }

    private static func namesBucket(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.lowercased().hasPrefix("gs://")
        case .array(let items): items.contains(where: namesBucket)
        case .object(let members): members.contains { namesBucket($0.value) }
        case .null, .bool, .integer, .number: false
        }
    }

    /// Where objects of buckets are fetched, with the same token.
    static let storage = "https://storage.googleapis.com"
}
