import HTTP
import Media

/// Pictures by `generateContent`, as Gemini's image models make them, with a key and at Vertex AI alike.
///
/// https://ai.google.dev/gemini-api/docs/image-generation
enum GenerateContent {
    /// What these models have no word for.
    static let dropped: Set<String> = [
        "quality", "background", "user", "output_compression", "moderation", "style", "input_fidelity", "negative_prompt", "resolution",
        "aspect_ratio",
    ]

    /// What an image model can do, by its name (how many pictures it takes is unconfirmed).
    static func capabilities(for model: String) -> Capabilities {
        Capabilities(
            operations: [.generate, .edit], maximumInputs: model.contains("2.5") ? 3 : 14, inputForm: .base64,
            shapes: ShapeRule(ratios(of: model), tiers: tiers(of: model)), encodings: [],
            droppedFields: dropped.subtracting(["resolution", "aspect_ratio"]))
    }

    private static func ratios(of model: String) -> [AspectRatio] {
        let usual: [AspectRatio] = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
        return model.contains("2.5") ? usual : usual + ["1:4", "4:1", "1:8", "8:1"]
    }

    private static func tiers(of model: String) -> [SizeTier] {
        if model.contains("2.5") { return [] }
        if model.contains("lite") { return [SizeTier("1K", 1024)] }
        let usual = [SizeTier("1K", 1024), SizeTier("2K", 2048), SizeTier("4K", 4096)]
        return model.contains("3.1-flash") ? [SizeTier("512", 512)] + usual : usual
    }

    /// The request's body.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var parts: [JSONValue] = []
        if let prompt = request.prompt { parts.append(["text": .string(prompt)]) }
        for input in request.inputs {
            let (data, type) = try GoogleMedia.inline(input)
            parts.append(["inlineData": ["mimeType": type, "data": data]])
        }
        var shape: JSONObject = [:]
        shape["aspectRatio"] = request.shape?.ratio.map { .string($0.description) }
        shape["imageSize"] = request.shape?.tier.map { .string($0) }
        var configuration: JSONObject = ["responseModalities": ["IMAGE"]]
        if !shape.isEmpty { configuration["imageConfig"] = .object(shape) }
        configuration["seed"] = request.seed.map { .integer($0) }
        var fields: JSONObject = [
            "contents": [["role": "user", "parts": .array(parts)]], "generationConfig": .object(configuration),
        ]
        fields.addNested(request.extras, except: dropped)
        return fields
    }

    /// The pictures of all candidates.
    /// - Throws: an error of kind `moderated` where Google names such a reason, else `invalidAnswer` where there is no picture.
    static func result(from json: JSONValue, base: HTTPURL) throws(UpstreamError) -> GenerationResult {
        let candidates = json.google("candidates")?.array ?? []
        let made = candidates.map { pictures(in: $0, base: base) }
        let assets = made.flatMap(\.self)
        let refused = zip(candidates, made).filter { $0.1.isEmpty }.compactMap { refusal($0.0) }
        guard !assets.isEmpty else { throw emptiness(of: json, refused: refused.first, candidates) }
        var result = GenerationResult(assets: assets, usage: usage(json.google("usageMetadata")))
        if let reason = refused.first {
            result.warnings = [Warning(field: "n", message: "\(refused.count) withheld by the provider (\(reason))")]
        }
        return result
    }

    /// A model that thinks in pictures sends its drafts first; they are marked as thoughts (unconfirmed).
    private static func pictures(in candidate: JSONValue, base: HTTPURL) -> [MediaAsset] {
        (candidate["content"]?["parts"]?.array ?? []).filter { $0["thought"]?.bool != true }
            .compactMap { GoogleMedia.asset(base64: $0.google("inlineData")?["data"]?.filled, base: base) }
    }

    private static func emptiness(of json: JSONValue, refused: String?, _ candidates: [JSONValue]) -> UpstreamError {
        if let reason = json.google("promptFeedback")?.google("blockReason")?.filled, reason != "BLOCK_REASON_UNSPECIFIED" {
            return GoogleErrors.refusal("the provider refused the prompt (\(UpstreamText.identifier(reason) ?? "no reason"))")
        }
        if let refused { return GoogleErrors.refusal("the provider refused the content (\(refused))") }
        let reason = candidates.lazy.compactMap { UpstreamText.identifier($0.google("finishReason")?.filled) }.first
        return UpstreamError(
            .invalidAnswer, status: 200, code: reason, message: "the provider's answer holds no picture" + (reason.map { " (\($0))" } ?? "")
        )
    }

    /// Why a candidate was withheld; nil where it was not for its content.
    private static func refusal(_ candidate: JSONValue) -> String? {
        candidate.google("finishReason")?.filled.flatMap { refusals.contains($0) ? $0 : nil }
    }

    private static let refusals: Set<String> = [
        "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
    ]

    /// nil for what no sum could be made of.
    private static func count(_ json: JSONValue?) -> Int? { json?.int.flatMap { (0...1 << 40).contains($0) ? $0 : nil } }

    /// Google's counts in OpenAI's words; nil where they are not whole.
    private static func usage(_ json: JSONValue?) -> JSONObject? {
        guard let input = count(json?.google("promptTokenCount")), let total = count(json?.google("totalTokenCount")) else { return nil }
        let details = json?.google("promptTokensDetails")?.array ?? []
        let image = count(details.first { $0["modality"]?.string == "IMAGE" }?.google("tokenCount")) ?? 0
        return [
            "input_tokens": .integer(input), "output_tokens": .integer(max(total - input, 0)), "total_tokens": .integer(total),
            "input_tokens_details": ["text_tokens": .integer(max(input - image, 0)), "image_tokens": .integer(image)],
        ]
    }
}
