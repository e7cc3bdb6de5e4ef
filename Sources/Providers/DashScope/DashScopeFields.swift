import HTTP
import Media

/// The JSON of a submit: what is made from what, and how.
struct DashScopeFields: Sendable {
    private let request: GenerationRequest

    init(_ request: GenerationRequest) {
        self.request = request
    }

    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand in the form that the wire takes.
    func fields(_ wire: DashScopeModel.Wire) throws(UpstreamError) -> JSONObject {
        if request.mask != nil { throw .unsayable("mask", "DashScope takes no mask") }
        var input = try material(wire)
        var parameters = parameters
        var extras = request.extras
        if wire != .multimodal {
            // What says which material: all else says how.
            for name in Self.materialNames where input[name] == nil { input[name] = extras[name] }
            for name in Self.materialNames { extras[name] = nil }
        }
        if request.shape == nil, request.size == .auto, let told = extras["resolution"]?.filled?.uppercased(), !request.operation.isVideo {
            parameters["size"] = .string(told)
            extras["resolution"] = nil
        }
        parameters.add(extras, except: ["quality", "background", "user", "output_compression", "moderation", "aspect_ratio"])
        var fields: JSONObject = ["model": .string(request.model), "input": .object(input)]
        if !parameters.isEmpty { fields["parameters"] = .object(parameters) }
        return fields
    }

    private static let materialNames = [
        "negative_prompt", "audio_url", "template", "last_frame_url", "reference_urls", "reference_video_urls", "media",
    ]

    /// The number of images is always told: some models make four without it.
    private var parameters: JSONObject {
        var parameters: JSONObject = [:]
        if !request.operation.isVideo, !request.model.contains("z-image") { parameters["n"] = .integer(request.count) }
        if let shape = request.shape {
            parameters["resolution"] = shape.tier.map { .string($0) }
            parameters["ratio"] = shape.ratio.map { .string($0.description) }
        } else if let pixels = request.pixels {
            parameters["size"] = .string("\(pixels.width)*\(pixels.height)")
        }
        parameters["duration"] = request.seconds.map { .integer($0) }
        parameters["seed"] = request.seed.map { .integer($0) }
        return parameters
    }

    private func material(_ wire: DashScopeModel.Wire) throws(UpstreamError) -> JSONObject {
        let images = try InputReference.list(request.inputs, InputReference.urlOrDataURI).array ?? []
        if wire == .multimodal { return ["messages": [["role": "user", "content": .array(content(images))]]] }
        var input: JSONObject = [:]
        input["prompt"] = request.prompt.map { .string($0) }
        switch wire {
        case .multimodal, .textToImage: break
        case .imageToImage: input["images"] = .array(images)
        case .video: input["img_url"] = images.first
        case .references: input["reference_urls"] = .array(images)
        case .frames:
            input["first_frame_url"] = images.first
            input["last_frame_url"] = images.dropFirst().first
        case .media(let role): input["media"] = .array(try video() + media(images, request.operation == .extendVideo ? "last_frame" : role))
        }
        return input
    }

    private func content(_ images: [JSONValue]) -> [JSONValue] {
        images.map { ["image": $0] } + (request.prompt.map { [["text": .string($0)]] } ?? [])
    }

    private func media(_ images: [JSONValue], _ role: String) -> [JSONValue] {
        images.enumerated().map { index, image in
            ["type": .string(role == "frame" ? (index == 0 ? "first_frame" : "last_frame") : role), "url": image]
        }
    }

    /// The video that is to be changed, or goes on.
    private func video() throws(UpstreamError) -> [JSONValue] {
        if request.operation == .video, request.source == nil { return [] }
        let role: JSONValue = request.operation == .extendVideo ? "first_clip" : "video"
        return [["type": role, "url": .string(try InputReference.videoAddress(request.source))]]
    }
}
