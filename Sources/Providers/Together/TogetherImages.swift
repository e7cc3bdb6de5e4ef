import Media

/// Together AI's images, also as others pass them on.
///
/// https://docs.together.ai/reference/post-images-generations
enum TogetherImages {
    /// - Throws: an error of kind `invalidRequest` for an input that was not made base64 before.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["model": .string(request.model)]
        fields["prompt"] = request.prompt.map { .string($0) }
        if let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        if request.count > 1 { fields["n"] = .integer(request.count) }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["output_format"] = request.output.encoding.map { .string($0.rawValue) }
        fields["response_format"] = "base64"
        if let first = request.inputs.first {
            if TogetherModel(request.model).takesOneImage {
                fields["image_url"] = .string(try InputReference.urlOrDataURI(first))
            } else {
                fields["reference_images"] = try InputReference.list(request.inputs, InputReference.urlOrDataURI)
            }
        }
        fields.add(request.extras, except: TogetherModel(request.model).images.droppedFields)
        return fields
    }
}
