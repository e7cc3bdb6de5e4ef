import HTTP
import Media

/// The JSON of the WebUI's paths.
enum Automatic1111Fields {
    /// What steers the operator's server rather than the picture.
    private static let dropped: Set<String> = [
        "quality", "background", "user", "output_compression", "moderation", "style", "script_name", "script_args", "save_images",
        "send_images", "infotext", "override_settings_restore_afterwards", "do_not_save_samples", "do_not_save_grid", "n_iter",
    ]

    /// Of `txt2img`, and of `img2img` where there is a picture to start from.
    /// - Throws: an error of kind `invalidRequest` for an input that is not at hand.
    static func picture(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields: JSONObject = ["prompt": .string(request.prompt ?? "")]
        if let pixels = request.pixels {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        fields["seed"] = request.seed.map { .integer($0) }
        fields["batch_size"] = .integer(request.count)
        fields["override_settings"] = ["sd_model_checkpoint": .string(request.model)]
        if !request.inputs.isEmpty {
            fields["init_images"] = try InputReference.list(request.inputs) { input throws(UpstreamError) in
                try InputReference.inline(input).base64
            }
        }
        if let mask = request.mask { fields["mask"] = .string(try InputReference.inline(mask).base64) }
        fields["denoising_strength"] = request.extras["denoising_strength"] ?? request.extras["strength"]
        fields.add(request.extras, except: dropped.union(["strength", "init_images", "mask"]))
        return fields
    }

    /// Of `extra-single-image`: to a size, or twice as large.
    /// - Throws: an error of kind `invalidRequest` where there is no picture.
    static func upscaling(_ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        guard let image = request.inputs.first else { throw .unsayable("image", "there is no picture to enlarge") }
        var fields: JSONObject = ["image": .string(try InputReference.inline(image).base64)]
        if let pixels = request.pixels {
            fields["resize_mode"] = 1
            fields["upscaling_resize_w"] = .integer(pixels.width)
            fields["upscaling_resize_h"] = .integer(pixels.height)
        } else {
            fields["upscaling_resize"] = request.extras["upscaling_resize"] ?? request.extras["scale"] ?? 2
        }
        fields["upscaler_1"] = request.extras["upscaler_1"] ?? "R-ESRGAN 4x+"
        fields.add(request.extras, except: dropped.union(["scale", "upscaling_resize", "negative_prompt", "steps"]))
        return fields
    }
}
