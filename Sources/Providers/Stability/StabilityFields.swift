import HTTP
import Media

/// The parts of a request.
struct StabilityFields: Sendable {
    private let request: GenerationRequest
    private let model: StabilityModel

    init(_ request: GenerationRequest, _ model: StabilityModel) {
        self.request = request
        self.model = model
    }

    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand as bytes, and for a missing prompt.
    func parts() throws(UpstreamError) -> [MultipartPart] {
        if model.needsPrompt, request.prompt?.isEmpty != false { throw .unsayable("prompt", "this upscaler needs a prompt") }
        var parts = RequestParts.texts(from: fields)
        for (name, input) in zip(model.files, request.inputs) { parts.append(try RequestParts.file(named: name, input)) }
        if let mask = request.mask { parts.append(try RequestParts.file(named: "mask", mask)) }
        // Multipart in any case: a form with nothing in it is none.
        guard !parts.isEmpty else { throw .unsayable("prompt", "there is nothing to make an image from") }
        return parts
    }

    private var fields: JSONObject {
        var fields: JSONObject = [:]
        fields["model"] = model.model.map { .string($0) }
        if let name = model.promptField { fields[name] = request.prompt.map { .string($0) } }
        addShape(to: &fields)
        if model.hasSeed { fields["seed"] = request.seed.map { .integer($0) } }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields.add(request.extras, except: ["quality", "background", "user", "output_compression", "moderation", "style", "resolution"])
        // Demanded; how far the result may be from the picture. The value is our choice.
        if isChange, fields["strength"] == nil { fields["strength"] = .number(0.5) }
        return fields
    }

    /// A model that draws is given a picture to start from; the result has the picture's shape.
    private var isChange: Bool { model.path.hasPrefix("generate/") && !request.inputs.isEmpty }

    private func addShape(to fields: inout JSONObject) {
        if model.model != nil, isChange { fields["mode"] = "image-to-image" }
        if !isChange { fields["aspect_ratio"] = request.shape?.ratio.map { .string($0.description) } }
    }
}
