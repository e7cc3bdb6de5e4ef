import HTTP
import Media

/// What the built-in upstream reads from a request: JSON and multipart mean the same.
struct BuiltinRequest: Sendable {
    let kind: TestPicture.Kind
    let model: TestModel
    let modelName: String
    let prompt: String
    let count: Int
    /// Pixels; nil: the upstream's choice.
    let size: (width: Int, height: Int)?
    let quality: String
    let isTransparent: Bool
    let seed: Int
    /// How many previews, when the answer is to be an event stream.
    let partialImages: Int?
    /// What the model `slow` waits.
    let delay: Duration
    let inputs: [ByteSource]
    let mask: ByteSource?

    init(_ request: UpstreamRequest) throws(BuiltinRefusal) {
        let fields = BuiltinFields(request.body)
        kind = try Self.kind(request.url.path)
        modelName = fields.text("model") ?? "image"
        guard let model = TestModel(upstreamModel: modelName), model.makesImages else { throw .unknownModel }
        self.model = model
        prompt = fields.text("prompt") ?? ""
        count = try fields.number("n", in: 1...10) ?? 1
        size = try Self.size(fields.text("size"))
        quality = Self.quality(fields.text("quality"))
        isTransparent = fields.text("background") == "transparent"
        seed = try fields.number("seed", in: .min ... .max) ?? 0
        let streams = request.streams && fields.text("stream") == "true"
        partialImages = streams ? try fields.number("partial_images", in: 0...3) ?? 0 : nil
        delay = .seconds(try fields.number("seconds", in: 0...600) ?? 5)
        inputs = fields.files.filter { $0.name == "image" || $0.name == "image[]" }.map(\.content)
        mask = fields.files.first { $0.name == "mask" }?.content
        guard inputs.count <= 16 else { throw .invalid("image", "At most 16 input images can be used.") }
        guard kind == .generate || !inputs.isEmpty else { throw .invalid("image", "An input image is needed.") }
    }

    private static func kind(_ path: String) throws(BuiltinRefusal) -> TestPicture.Kind {
        switch path {
        case "/v1/images/generations": .generate
        case "/v1/images/edits": .edit
        case "/v1/images/variations": .vary
        case "/v1/images/upscale": .upscale
        case "/v1/images/remove": .removeBackground
        case _: throw .noSuchPath
        }
    }

    private static func size(_ text: String?) throws(BuiltinRefusal) -> (width: Int, height: Int)? {
        guard let text, text != "auto" else { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy(TestPicture.sides.contains) else {
            throw .invalid("size", "A size is WIDTHxHEIGHT with sides of 64 to 4096 pixels, or auto.")
        }
        return (sides[0], sides[1])
    }

    /// Answers know three qualities only.
    private static func quality(_ text: String?) -> String {
        switch text {
        case "low": "low"
        case "high", "hd", "xhigh", "max": "high"
        case _: "medium"
        }
    }
}
