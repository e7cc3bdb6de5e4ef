import HTTP
import Media

/// Amazon's image models: a task, its parameters, and how the picture shall be.
///
/// https://docs.aws.amazon.com/nova/latest/userguide/image-gen-access.html
enum NovaCanvas {
    private static let dropped: Set<String> = ["background", "user", "output_compression", "moderation", "style"]

    static let capabilities = Capabilities(
        operations: [.generate, .edit, .vary, .removeBackground], acceptsMask: true, maskForm: .black, maskKeepsSize: true,
        maximumInputs: 5,
        maximumCount: 5, inputForm: .base64, grid: SizeGrid(step: 16, sides: 320...4096, maximumPixels: 4_194_304), encodings: [.png],
        droppedFields: dropped)

    /// Taking a background away knows nothing but its picture.
    static func capabilities(for operation: GenerationRequest.Operation) -> Capabilities {
        var limited = capabilities.limited(to: operation)
        if operation != .edit { limited.acceptsMask = false }
        guard operation == .removeBackground else { return limited }
        limited = limited.keepingSize()
        (limited.maximumInputs, limited.maximumCount, limited.transparentBackground) = (1, 1, true)
        limited.droppedFields.subtract(["background"])
        limited.droppedFields.formUnion(["prompt", "negative_prompt", "quality", "seed"])
        return limited
    }

    /// What is asked for. A caller may name one as `taskType`.
    private enum Task: String {
        case textImage = "TEXT_IMAGE"
        case colorGuided = "COLOR_GUIDED_GENERATION"
        case variation = "IMAGE_VARIATION"
        case inpainting = "INPAINTING"
        case outpainting = "OUTPAINTING"
        case backgroundRemoval = "BACKGROUND_REMOVAL"

        var parameters: String {
            switch self {
            case .textImage: "textToImageParams"
            case .colorGuided: "colorGuidedGenerationParams"
            case .variation: "imageVariationParams"
            case .inpainting: "inPaintingParams"
            case .outpainting: "outPaintingParams"
            case .backgroundRemoval: "backgroundRemovalParams"
            }
        }

        /// The picture has its input's size.
        var keepsSize: Bool {
            switch self {
            case .textImage, .colorGuided, .variation: false
            case .inpainting, .outpainting, .backgroundRemoval: true
            }
        }
    }

    /// The JSON of a call.
    /// - Throws: an error of kind `invalidRequest` for what the task does not take.
    static func fields(for request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        let task = try task(of: request)
        var fields: JSONObject = ["taskType": .string(task.rawValue)]
        fields[task.parameters] = .object(try parameters(of: task, request))
        if task != .backgroundRemoval { fields["imageGenerationConfig"] = .object(config(of: task, request)) }
        return fields
    }

    /// A size that the task of a request does not take, where only the caller's own words have made it that task.
    static func warnings(for request: GenerationRequest) -> [Warning] {
        guard request.size != .auto, request.shape == nil, let task = try? task(of: request), task.keepsSize else { return [] }
        return [Warning(field: "size", message: "\(request.size) is not kept: the result has its input's size")]
    }

    private static func task(of request: GenerationRequest) throws(UpstreamError) -> Task {
        if let name = (request.extras["taskType"] ?? request.extras["task_type"])?.string {
            guard let task = Task(rawValue: name) else { throw .unsayable("taskType", "is none of Nova Canvas's tasks") }
            return task
        }
        switch request.operation {
        case .removeBackground: return .backgroundRemoval
        case .vary: return .variation
        case .generate, .edit, .upscale, .video, .editVideo, .remixVideo, .extendVideo:
            if request.inputs.isEmpty { return request.extras["colors"] == nil ? .textImage : .colorGuided }
            return request.mask != nil || maskPrompt(of: request) != nil ? .inpainting : .variation
        }
    }

    private static func maskPrompt(of request: GenerationRequest) -> JSONValue? {
        request.extras["maskPrompt"] ?? request.extras["mask_prompt"]
    }

    private static func parameters(of task: Task, _ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        var fields = try images(of: task, request)
        if task == .backgroundRemoval { return fields }
        if let prompt = request.prompt, !prompt.isEmpty { fields["text"] = .string(prompt) }
        fields["negativeText"] = request.extras["negativeText"] ?? request.extras["negative_prompt"]
        if let mask = request.mask { fields["maskImage"] = .string(try InputReference.inline(mask).base64) }
        if request.mask == nil { fields["maskPrompt"] = maskPrompt(of: request) }
        fields.add(
            request.extras, except: dropped.union(["taskType", "task_type", "negative_prompt", "mask_prompt", "maskPrompt", "cfgScale"]))
        return fields
    }

    private static func images(of task: Task, _ request: GenerationRequest) throws(UpstreamError) -> JSONObject {
        if task != .inpainting, request.mask != nil {
            // What outpainting keeps is black, what inpainting changes is black, too.
            throw .unsayable("mask", "only inpainting takes a mask here; say maskPrompt")
        }
        switch task {
        case .textImage: return request.inputs.isEmpty ? [:] : ["conditionImage": try single(request)]
        case .colorGuided: return request.inputs.isEmpty ? [:] : ["referenceImage": try single(request)]
        case .inpainting, .outpainting, .backgroundRemoval: return ["image": try single(request)]
        case .variation:
            guard !request.inputs.isEmpty else { throw .unsayable("image", "there is no picture to vary") }
            return [
                "images": try InputReference.list(request.inputs) { input throws(UpstreamError) in try InputReference.inline(input).base64 }
            ]
        }
    }

    private static func single(_ request: GenerationRequest) throws(UpstreamError) -> JSONValue {
        guard request.inputs.count == 1 else { throw .unsayable("image", "this takes exactly one image") }
        return .string(try InputReference.inline(request.inputs[0]).base64)
    }

    private static func config(of task: Task, _ request: GenerationRequest) -> JSONObject {
        var fields: JSONObject = ["numberOfImages": .integer(request.count)]
        if let pixels = request.pixels, !task.keepsSize {
            fields["width"] = .integer(pixels.width)
            fields["height"] = .integer(pixels.height)
        }
        fields["quality"] = request.quality.flatMap(quality)
        fields["seed"] = request.seed.map { .integer($0) }
        fields["cfgScale"] = request.extras["cfgScale"]
        return fields
    }

    private static func quality(_ word: String) -> JSONValue? {
        switch word {
        case "auto": nil
        case "high", "hd", "xhigh", "max", "premium": "premium"
        case _: "standard"
        }
    }
}
