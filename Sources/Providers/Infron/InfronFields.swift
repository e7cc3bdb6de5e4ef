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
        if !request.inputs.isEmpty {
            var references: [JSONValue] = []
            for input in request.inputs { references.append(.string(try reference(to: input))) }
            fields["image_urls"] = .array(references)
        }
        let dropped = ["user", "output_compression", "moderation", "response_format", "stream", "partial_images", "n"]
        for (key, value) in request.extras where fields[key] == nil && !dropped.contains(key) && value != .null { fields[key] = value }
        return fields
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
