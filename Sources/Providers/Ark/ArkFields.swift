import HTTP
import Media

/// The JSON of a submit.
enum ArkFields {
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before.
    static func image(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        let images = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
        if !request.inputs.isEmpty { fields["image"] = request.inputs.count == 1 ? images[0] : images }
        fields["size"] = size(of: request).map { .string($0) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["response_format"] = .string(request.output.delivery == .url ? "url" : "b64_json")
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields.add(request.extras, except: ArkModel.foreign.union(["aspect_ratio", "resolution"]))
        return fields
    }

    /// - Throws: as `image`, and for a video of the caller's that is not an address.
    static func video(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        if request.mask != nil { throw .unsayable("mask", "a video takes no mask") }
        var fields: JSONObject = ["model": .string(request.model), "content": .array(try content(of: request))]
        let shape = request.shape ?? request.pixels.map { ArkModel.videoShapes.shape(of: $0.width, $0.height).shape }
        fields["ratio"] = (shape?.ratio?.description ?? request.extras["aspect_ratio"]?.filled).map { .string($0) }
        fields["resolution"] = shape?.tier.map { .string($0) }
        fields["duration"] = request.seconds.map { .integer($0) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields.add(request.extras, except: ArkModel.foreign.union(["aspect_ratio"]))
        return fields
    }

    /// A step such as `2K` is a size, too.
    private static func size(of request: GenerationRequest) -> String? {
        if let pixels = request.pixels { return request.shape == nil ? "\(pixels.width)x\(pixels.height)" : nil }
        return request.extras["resolution"]?.filled?.uppercased()
    }

    private static func content(of request: GenerationRequest) throws(UpstreamError) -> [JSONValue] {
        var content: [JSONValue] = []
        if let prompt = request.prompt { content.append(["type": "text", "text": .string(prompt)]) }
        let roles = roles(of: request)
        for (index, input) in request.inputs.enumerated() {
            let url = JSONValue.string(try InputReference.urlOrDataURI(input))
            content.append(["type": "image_url", "image_url": ["url": url], "role": .string(roles[index])])
        }
        if let address = try address(of: request) {
            // The role's name is unconfirmed.
            content.append(["type": "video_url", "video_url": ["url": .string(address)], "role": "reference_video"])
        }
        return content
    }

    /// One picture begins a video and a second one ends it; what is more, or stands beside a video, is a reference.
    private static func roles(of request: GenerationRequest) -> [String] {
        let count = request.inputs.count
        guard count <= 2, request.source == nil else { return Array(repeating: "reference_image", count: count) }
        return Array(["first_frame", "last_frame"].prefix(count))
    }

    private static func address(of request: GenerationRequest) throws(UpstreamError) -> String? {
        request.operation == .video && request.source == nil ? nil : try InputReference.videoAddress(request.source)
    }
}
