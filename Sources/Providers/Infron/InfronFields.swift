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
        if !request.inputs.isEmpty { fields["image_urls"] = try InputReference.list(request.inputs, InputReference.urlOrDataURI) }
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
        let references = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
        if request.inputs.count > 1 { fields["image_urls"] = references } else { fields["image_url"] = references[0] }
        add(request.extras, to: &fields)
        return fields
    }

    /// Everything else of the caller: its model may know it.
    private static func add(_ extras: JSONObject, to fields: inout JSONObject) {
        fields.add(extras, except: ["user", "output_compression", "moderation"])
    }

    private static func videoID(of source: SourceVideo) throws(UpstreamError) -> String {
        guard case .made(let operation) = source else {
            throw UpstreamError(.invalidRequest, .notSent, field: "video", message: "Infron changes only videos that it made")
        }
        return operation.state["video_id"]?.filled ?? operation.id
    }
}
