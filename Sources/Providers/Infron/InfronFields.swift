import HTTP
import Media

/// The JSON of a submit.
enum InfronFields {
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        if request.size != .auto { fields["size"] = .string(request.size.description) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["background"] = request.background.map { .string($0.rawValue) }
        fields["seed"] = request.seed.map { .integer($0) }
        // The response format, whatever the name says elsewhere: there is no field for an encoding.
        fields["output_format"] = .string(request.output.delivery == .url ? "url" : "b64_json")
        if !request.inputs.isEmpty { fields["image_urls"] = .array(try references(to: request.inputs)) }
        add(request.extras, to: &fields)
        return fields
    }

    /// Of a video. A length is `duration`, a first image `image_url`; the file comes as an address alone.
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before, and for a video that is not Infron's.
    static func videoFields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if let source = request.source { fields["video_id"] = .string(try videoID(of: source)) }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        if request.size != .auto { fields["size"] = .string(request.size.description) }
        fields["duration"] = request.seconds.map { .integer($0) }
        fields["quality"] = request.quality.map { .string($0) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["output_format"] = "url"
        let references = try references(to: request.inputs)
        if references.count > 1 { fields["image_urls"] = .array(references) } else { fields["image_url"] = references.first }
        add(request.extras, to: &fields)
        return fields
    }

    /// Everything else of the caller: its model may know it.
    private static func add(_ extras: JSONObject, to fields: inout JSONObject) {
        let dropped = ["user", "output_compression", "moderation", "response_format", "stream", "partial_images", "n"]
        for (key, value) in extras where fields[key] == nil && !dropped.contains(key) && value != .null { fields[key] = value }
    }

    private static func videoID(of source: SourceVideo) throws(UpstreamError) -> String {
        guard case .made(let operation) = source else {
            throw UpstreamError(.invalidRequest, .notSent, field: "video", message: "Infron changes only videos that it made")
        }
        return operation.state["video_id"]?.filled ?? operation.id
    }

    private static func references(to inputs: [MediaInput]) throws(UpstreamError) -> [JSONValue] {
        var references: [JSONValue] = []
        for input in inputs { references.append(.string(try reference(to: input))) }
        return references
    }

    /// An address, or a data URI.
    private static func reference(to input: MediaInput) throws(UpstreamError) -> String {
        switch input.content {
        case .url(let text): return text
        case .base64(let text): return dataURI(text, type: input.type ?? sniffed(text))
        case .data(.bytes(let bytes)): return dataURI(Base64.encode(bytes), type: input.type ?? MediaType(sniffing: bytes))
        case .data(.file):
            throw UpstreamError(.invalidRequest, .notSent, field: "image", message: "an input image is not at hand as base64")
        }
    }

    private static func dataURI(_ base64: String, type: MediaType?) -> String {
        "data:\(type?.rawValue ?? "application/octet-stream");base64,\(base64)"
    }

    /// 24 characters are 18 bytes, enough to know an image by.
    private static func sniffed(_ base64: String) -> MediaType? {
        guard let head = try? Base64.decode(String(base64.prefix(24))) else { return nil }
        return MediaType(sniffing: head)
    }
}
