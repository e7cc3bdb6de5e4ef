import HTTP
import Media

/// The parts of a request.
enum IdeogramFields {
    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand as bytes, and for a tool's missing size.
    static func parts(of request: GenerationRequest, for model: IdeogramModel) throws(UpstreamError) -> [MultipartPart] {
        if model.tool == .upscale { return try upscale(request) }
        var parts = RequestParts.texts(from: try fields(of: request, for: model))
        if let image = request.inputs.first { parts.append(try RequestParts.file(named: "image", image)) }
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask", mask)) }
        return parts
    }

    private static func fields(of request: GenerationRequest, for model: IdeogramModel) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = [:]
        if model.tool == .removeBackground { return fields }
        // What is told as JSON stands alone.
        if model.tool != .reframe, request.extras["json_prompt"] == nil {
            fields[model.isFourth ? "text_prompt" : "prompt"] = request.prompt.map { .string($0) }
        }
        if let ratio = request.shape?.ratio { fields["aspect_ratio"] = .string(ratio.text(separator: "x")) }
        if request.shape == nil, request.size != .auto { fields["resolution"] = .string(request.size.description) }
        if request.count > 1 { fields["num_images"] = .integer(request.count) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["rendering_speed"] = speed(of: request).map { .string($0) }
        var dropped = Self.dropped
        if model.isFourth { dropped.formUnion(["negative_prompt", "style_type", "magic_prompt", "aspect_ratio"]) }
        var kept: JSONObject = [:]
        kept.add(request.extras, except: dropped)
        for (key, value) in kept where fields[key] == nil {
            // A structured prompt is a text part that holds JSON.
            fields[key] = value.object == nil ? value : .string(String(decoding: value.serialized(), as: UTF8.self))
        }
        if model.tool == .reframe, fields["resolution"] == nil { throw .unsayable("size", "a reframe needs a size") }
        return fields
    }

    private static let dropped: Set<String> = ["user", "output_compression", "moderation", "style"]

    /// How long the provider takes over a picture; that this is what callers mean by quality is our reading.
    private static func speed(of request: GenerationRequest) -> String? {
        return ["low": "TURBO", "medium": "DEFAULT", "high": "QUALITY"][request.quality ?? ""]
    }

    /// The older form: one JSON beside the file (unconfirmed).
    private static func upscale(_ request: GenerationRequest) throws(UpstreamError) -> [MultipartPart] {
        guard let image = request.inputs.first else { throw .unsayable("image", "an input image is needed") }
        var wish: JSONObject = [:]
        wish["prompt"] = request.prompt.map { .string($0) }
        if request.count > 1 { wish["num_images"] = .integer(request.count) }
        wish["seed"] = request.seed.map { .integer($0) }
        wish.add(request.extras, except: dropped)
        let text = String(decoding: JSONValue.object(wish).serialized(), as: UTF8.self)
        return [
            MultipartPart(name: "image_request", content: .text(text)),
            try RequestParts.file(named: "image_file", image),
        ]
    }
}
