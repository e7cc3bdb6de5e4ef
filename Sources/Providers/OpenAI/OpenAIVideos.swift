import HTTP
import Media

/// The video paths of OpenAI's wire: what a request becomes.
///
/// https://platform.openai.com/docs/api-reference/videos
struct OpenAIVideos: Sendable {
    let endpoint: UpstreamEndpoint
    let dialect: OpenAIDialect
    let answer: VideoAnswer

    /// - Throws: an error of kind `invalidRequest` for what the paths have no words for.
    func submit(_ request: GenerationRequest) throws(UpstreamError) -> UpstreamRequest {
        if let obstacle = Self.obstacle(to: request) { throw obstacle }
        let fields = dialect.videoFields(for: request)
        switch request.operation {
        case .video: return endpoint.post("videos", .multipart(try Self.parts(formFields(fields), request.inputs)))
        case .editVideo: return try change(request.source, fields, at: "videos/edits")
        case .extendVideo: return try change(request.source, fields, at: "videos/extensions")
        case .remixVideo:
            guard case .made(let operation) = request.source else {
                throw Self.unsayable("video", "only a video that the provider made can be remixed")
            }
            return endpoint.post(answer.url(of: operation).appending(path: "remix"), .json(.object(fields)))
        case .generate, .edit, .vary, .upscale, .removeBackground:
            throw Self.unsayable(nil, "OpenAI's video paths make no images")
        }
    }

    private func change(_ source: SourceVideo?, _ fields: JSONObject, at path: String) throws(UpstreamError) -> UpstreamRequest {
        switch source {
        case .made(let operation):
            var fields = fields
            fields["video"] = ["id": .string(operation.id)]
            return endpoint.post(path, .json(.object(fields)))
        case .given(let video):
            return endpoint.post(
                path, .multipart(RequestParts.texts(from: formFields(fields)) + [try RequestParts.file(named: "video", video)]))
        case nil: throw Self.unsayable("video", "a video to start from is needed")
        }
    }

    /// What is nested is a text of JSON to servers of others: vLLM-Omni reads `lora` and `extra_params` so.
    private func formFields(_ fields: JSONObject) -> JSONObject {
        guard !dialect.isOpenAI else { return fields }
        return JSONObject(
            fields.map { member in
                guard member.value.object != nil else { return (member.key, member.value) }
                return (member.key, .string(String(decoding: member.value.serialized(), as: UTF8.self)))
            })
    }

    /// Always multipart, as OpenAI's own clients send it: some servers read nothing else.
    private static func parts(_ fields: JSONObject, _ inputs: [MediaInput]) throws(UpstreamError) -> [MultipartPart] {
        var parts = RequestParts.texts(from: fields)
        let name = inputs.count == 1 ? "input_reference" : "input_reference[]"
        for input in inputs { parts.append(try RequestParts.file(named: name, input)) }
        return parts
    }

    private static func obstacle(to request: GenerationRequest) -> UpstreamError? {
        if request.count > 1 { return unsayable("n", "one call makes one video") }
        if request.mask != nil { return unsayable("mask", "a video takes no mask") }
        guard request.operation != .video, !request.inputs.isEmpty else { return nil }
        return unsayable("input_reference", "a video that is made from a video takes no images")
    }

    private static func unsayable(_ field: String?, _ message: String) -> UpstreamError {
        UpstreamError(.invalidRequest, .notSent, field: field, message: message)
    }
}
