import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct ImageRequestTests {
    private func decode(
        _ fields: JSONObject, _ operation: GenerationRequest.Operation = .generate, _ dialect: Dialect = .openAI, text: Bool = false,
        files: [UploadedFile] = [], raw: Bool = false, defaults: ModelDefaults = ModelDefaults(), prefer: String? = nil
    ) throws(APIError) -> ImageRequest {
        let decoder = ImageRequestDecoder(
            operation: operation, defaults: defaults, wantsRawBytes: raw,
            prefer: prefer.map { PreferHeader(HTTPFields([.prefer: $0])) })
        return try decoder.decode(RequestForm(fields: fields, files: files, isMultipart: text), dialect)
    }

    private func failure(
        _ fields: JSONObject, _ operation: GenerationRequest.Operation = .generate, _ dialect: Dialect = .openAI, text: Bool = false,
        files: [UploadedFile] = []
    ) -> APIError? {
        do throws(APIError) {
            _ = try decode(fields, operation, dialect, text: text, files: files)
            return nil
        } catch { return error }
    }

    private func with(_ field: String, _ value: JSONValue) -> JSONObject {
        var fields: JSONObject = ["prompt": "a cat", "model": "m"]
        fields[field] = value
        return fields
    }

    private static let upload = UploadedFile(field: "image", content: ByteSource(Picture.png), type: .png)

    // MARK: Types

    @Test(
        arguments: [
            ("n", "1"), ("n", 1.5), ("n", true), ("prompt", 1), ("prompt", ["a"]), ("model", 3), ("size", 1024), ("quality", 1),
            ("stream", "true"), ("stream", 1), ("partial_images", "2"), ("output_compression", "50"), ("seed", "7"), ("user", 5),
            ("background", false), ("strict", "yes"), ("response_format", 1), ("output_format", true), ("provider", "openai"),
            ("async", "no"),
            ("image", 1), ("image", [1]), ("mask", 5),
        ] as [(String, JSONValue)])
    func `a wrong type in JSON is a 400 that names the field`(field: String, value: JSONValue) {
        let error = failure(with(field, value))
        #expect(error?.status == 400)
        #expect(error?.field?.split(separator: "[").first.map(String.init) == field)
        #expect(error?.code == "invalid_type")
    }

    @Test(arguments: [
        "n", "size", "quality", "stream", "partial_images", "output_compression", "seed", "user", "background", "strict", "response_format",
        "output_format", "provider", "async", "webhook_url", "heartbeat", "image", "images", "mask", "style", "anything",
    ])
    func `null is as good as absent`(field: String) throws {
        let request = try decode(with(field, .null))
        #expect(request.generation.extras == [:])
        #expect(request.inputs.isEmpty && request.mask == nil)
        #expect(request.generation.count == 1)
    }

    @Test func `a form's numbers and truths are read from text`() throws {
        let fields: JSONObject = [
            "prompt": "a cat", "model": "m", "n": "3", "stream": "true", "partial_images": "2", "output_compression": "50", "seed": "-7",
            "strict": "False", "provider": ["only": ["b"], "allow_fallbacks": "false", "order": "b"], "size": "", "quality": "",
        ]
        let request = try decode(fields, text: true).generation
        #expect(request.count == 3)
        #expect(request.partialImages == 2)
        #expect(request.output.compression == 50)
        #expect(request.seed == -7)
        #expect(request.routing == RoutingWish(order: ["b"], only: ["b"], allowsFallbacks: false))
        #expect(failure(["prompt": "a", "model": "m", "n": "three"], text: true)?.field == "n")
        #expect(failure(["prompt": ["a", "b"], "model": "m"], text: true)?.field == "prompt")
    }

    // MARK: Values

    @Test(
        arguments: [
            ("n", 0, "integer_below_min_value"), ("n", 11, "integer_above_max_value"), ("partial_images", 4, "integer_above_max_value"),
            ("output_compression", 101, "integer_above_max_value"), ("quality", "best", "invalid_value"),
            ("background", "red", "invalid_value"),
            ("response_format", "png", "invalid_value"), ("output_format", "bmp", "invalid_value"), ("size", "big", "invalid_value"),
            ("webhook_url", "x.example", "invalid_value"),
        ] as [(String, JSONValue, String)])
    func `a value out of range is a 400 that names the field`(field: String, value: JSONValue, code: String) {
        let error = failure(with(field, value))
        #expect(error?.status == 400)
        #expect(error?.field == field)
        #expect(error?.code == code)
    }

    @Test(arguments: [
        ("auto", Size.auto), ("AUTO", .auto), ("1024x1024", .pixels(width: 1024, height: 1024)),
        ("512X768", .pixels(width: 512, height: 768)),
        ("512×768", .pixels(width: 512, height: 768)), ("512*768", .pixels(width: 512, height: 768)),
        ("1x16384", .pixels(width: 1, height: 16_384)),
    ])
    func `a size is written in several ways`(text: String, size: Size) throws {
        #expect(try decode(with("size", .string(text))).generation.size == size)
    }

    @Test(arguments: [
        "1024", "1024x", "x1024", "1024xx1024", "x1024x1024", "1024x1024x", "0x1024", "-1x5", "+1x5", "1 x 5", "16385x1", "1e3x5", "1:1",
        "99999999999999999999x1", "1024\u{445}1024", "١x٢",
    ])
    func `other sizes are refused`(text: String) {
        #expect(failure(with("size", .string(text)))?.field == "size")
    }

    @Test func `names in an object are told with it`() {
        #expect(failure(with("provider", ["order": "b"]))?.field == "provider.order")
        #expect(failure(with("provider", ["allow_fallbacks": "no"]))?.field == "provider.allow_fallbacks")
    }

    @Test func `unknown fields travel on`() throws {
        let request = try decode([
            "prompt": "a", "model": "m", "style": "vivid", "lora": ["a": [1, 2]], "moderation": "low", "steps": 4, "nothing": nil,
        ])
        #expect(request.generation.extras == ["style": "vivid", "lora": ["a": [1, 2]], "moderation": "low", "steps": 4])
    }

    // MARK: Prompt, inputs, mask

    @Test(
        arguments: [Dialect.openAI, .infron],
        [["model": "m"], ["model": "m", "prompt": ""], ["model": "m", "prompt": nil]] as [JSONObject])
    func `a prompt is required`(dialect: Dialect, fields: JSONObject) {
        let error = failure(fields, .generate, dialect)
        #expect(error?.code == "missing_required_parameter")
        #expect(error?.field == "prompt")
    }

    @Test func `ImageRouter's callers need no prompt, and get one image in one answer`() throws {
        let request = try decode(["model": "m", "n": 4, "stream": true, "partial_images": "x"], .generate, .imageRouter).generation
        #expect(request.prompt == nil)
        #expect(request.count == 1)
        #expect(request.partialImages == nil)
    }

    @Test func `a prompt has a length`() throws {
        let long = JSONValue.string(String(repeating: "ö", count: 32_000))
        #expect(try decode(["model": "m", "prompt": long]).generation.prompt?.unicodeScalars.count == 32_000)
        #expect(failure(["model": "m", "prompt": .string(String(repeating: "ö", count: 32_001))])?.field == "prompt")
        #expect(
            failure(["model": "m", "prompt": .string(String(repeating: "ö", count: 10_001))], .generate, .imageRouter)?.field == "prompt")
    }

    @Test(arguments: [GenerationRequest.Operation.edit, .vary, .upscale, .removeBackground])
    func `what works on an image needs one`(operation: GenerationRequest.Operation) throws {
        #expect(failure(["prompt": "a", "model": "m"], operation)?.field == "image")
        let request = try decode(["prompt": "a", "model": "m"], operation, files: [Self.upload])
        #expect(request.generation.operation == operation)
        #expect(request.inputs.count == 1)
    }

    @Test func `only an edit needs a prompt beside its image`() throws {
        #expect(failure(["model": "m"], .edit, files: [Self.upload])?.field == "prompt")
        #expect(try decode(["model": "m"], .vary, files: [Self.upload]).generation.prompt == nil)
    }

    @Test func `a generation with an image is an edit`() throws {
        #expect(try decode(["prompt": "a", "model": "m", "image": "https://x.example/a.png"]).generation.operation == .edit)
    }

    @Test func `a mask without an image is refused`() {
        let mask = UploadedFile(field: "mask", content: ByteSource(Picture.png), type: .png)
        #expect(failure(["prompt": "a", "model": "m"], .generate, files: [mask])?.field == "image")
        #expect(failure(["prompt": "a", "model": "m", "mask": "https://x.example/m.png"], .edit)?.field == "image")
        #expect(failure(["prompt": "a", "model": "m"], .edit, files: [Self.upload, mask, mask])?.field == "mask")
    }

    @Test(
        arguments: [
            ["image": "https://x.example/a.png"], ["image": ["HTTPS://x.example/a.png"]],
            ["images": [["image_url": "https://x.example/a.png"]]],
            ["images": [["image_url": ["url": "https://x.example/a.png"], "file_id": nil]]], ["image_url": "http://x.example/a.png"],
            ["image_urls": ["https://x.example/a.png"]], ["input_reference": ["image_url": "https://x.example/a.png"]],
            ["image": ["image_url": nil, "url": "https://x.example/a.png"]], ["image": "data:image/png;base64,iVBORw0KGgo="],
        ] as [JSONObject])
    func `an input goes by many names`(input: JSONObject) throws {
        var fields: JSONObject = ["prompt": "a", "model": "m"]
        for (key, value) in input { fields[key] = value }
        #expect(try decode(fields, .edit).inputs.count == 1)
        #expect(try decode(fields, .edit, text: true).inputs.count == 1)
        #expect(try decode(fields, .edit).generation.extras == [:])
    }

    @Test(
        arguments: [
            (["image": "cat.png"], "image"), (["image": "ftp://x.example/a"], "image"), (["image": ""], "image"),
            (["images": [nil]], "images[0]"),
            (["images": [["file_id": "f"]]], "images[0]"), (["images": [["image_url": "https://x.example/a"], [:]]], "images[1]"),
            (["image": "data:image/png,abc"], "image"), (["image_urls": [["image_url": ["x": 1]]]], "image_urls[0]"),
            (["mask": "x"], "mask"),
        ] as [(JSONObject, String)])
    func `a bad input is named`(input: JSONObject, field: String) {
        var fields: JSONObject = ["prompt": "a", "model": "m"]
        for (key, value) in input { fields[key] = value }
        #expect(failure(fields, .edit)?.field == field)
        #expect(failure(fields, .edit)?.status == 400)
    }

    @Test func `sixteen images are enough`() throws {
        let url = JSONValue.string("https://x.example/a.png")
        #expect(try decode(with("images", .array(Array(repeating: url, count: 16))), .edit).inputs.count == 16)
        #expect(failure(with("images", .array(Array(repeating: url, count: 17))), .edit)?.field == "image")
        #expect(failure(with("images", .array(Array(repeating: url, count: 1000))), .edit)?.field == "images")
    }

    @Test func `a file in a field that takes none is refused`() {
        let file = UploadedFile(field: "prompt", content: ByteSource(Picture.png), type: .png)
        #expect(failure(["prompt": "a", "model": "m"], .edit, files: [file])?.field == "prompt")
    }

    // MARK: Model and output

    @Test func `a model that is not named is the default`() throws {
        let defaults = ModelDefaults(image: "gpt-image-9")
        #expect(try decode(["prompt": "a"], defaults: defaults).generation.model == "gpt-image-9")
        #expect(try decode(["prompt": "a", "model": nil], defaults: defaults).generation.output.delivery == .base64)
        #expect(try decode(["prompt": "a", "model": ""]).generation.model == "")
    }

    @Test(arguments: [
        (Dialect.openAI, "gpt-image-9", OutputWish.Delivery.base64), (.openAI, "openai/gpt-image-9", .base64), (.openAI, "cat-1", .url),
        (.openAI, "dall-e-3", .url), (.imageRouter, "gpt-image-9", .url), (.infron, "gpt-image-9", .url),
    ])
    func `each dialect has its own default of delivery`(dialect: Dialect, model: String, delivery: OutputWish.Delivery) throws {
        #expect(try decode(["prompt": "a", "model": .string(model)], .generate, dialect).generation.output.delivery == delivery)
    }

    @Test(
        arguments: [
            (["response_format": "url"], OutputWish.Delivery.url, nil), (["response_format": "b64_json"], .base64, nil),
            (["response_format": "b64_ephemeral"], .ephemeral, nil), (["output_format": "b64_json"], .base64, nil),
            (["output_format": "url"], .url, nil),
            (["output_format": "url", "response_format": "b64_json"], .base64, nil), (["output_format": "JPG"], .url, .jpeg),
            (["output_format": "webp", "response_format": "b64_json"], .base64, .webp),
        ] as [(JSONObject, OutputWish.Delivery, ImageEncoding?)])
    func `output_format is an encoding or a delivery`(said: JSONObject, delivery: OutputWish.Delivery, encoding: ImageEncoding?) throws {
        var fields: JSONObject = ["prompt": "a", "model": "m"]
        for (key, value) in said { fields[key] = value }
        let output = try decode(fields).generation.output
        #expect(output.delivery == delivery)
        #expect(output.encoding == encoding)
    }

    @Test func `raw bytes are one image, not streamed, and not one that must never be stored`() throws {
        func delivery(_ more: JSONObject) throws -> OutputWish.Delivery {
            var fields: JSONObject = ["prompt": "a", "model": "m"]
            for (key, value) in more { fields[key] = value }
            return try decode(fields, raw: true).generation.output.delivery
        }
        #expect(try delivery([:]) == .raw)
        #expect(try delivery(["n": 2]) == .url)
        #expect(try delivery(["stream": true]) == .url)
        #expect(try delivery(["response_format": "b64_ephemeral"]) == .ephemeral)
    }

    @Test func `a caller may have its images as a task`() throws {
        let fields: JSONObject = ["prompt": "a", "model": "m", "async": true, "webhook_url": "https://x.example/hook"]
        let request = try decode(fields, raw: true)
        #expect(request.wish == CallWish(mode: .async, webhookURL: "https://x.example/hook"))
        #expect(request.generation.output.delivery == .url)
        #expect(request.generation.extras == [:])
        #expect(try decode(["prompt": "a", "model": "m"], prefer: "wait=9").wish.mode == .waitFor(.seconds(9)))
        #expect(try decode(["prompt": "a", "model": "m"]).wish == CallWish())
        let streams: JSONObject = ["prompt": "a", "model": "m", "async": true, "stream": true]
        #expect(failure(streams)?.field == "stream")
        #expect(try decode(streams, .generate, .imageRouter).wish.mode == .async)
    }

    @Test func `Infron's callers are known by what only they send`() {
        func dialect(_ fields: JSONObject, _ path: Dialect = .openAI) -> Dialect {
            ImageRequestDecoder.dialect(of: RequestForm(fields: fields), path: path)
        }
        #expect(dialect(["output_format": "url"]) == .infron)
        #expect(dialect(["output_format": "B64_JSON"]) == .infron)
        #expect(dialect(["video_id": "v"]) == .infron)
        #expect(dialect(["output_format": "png", "response_format": "url"]) == .openAI)
        #expect(dialect(["output_format": "url"], .imageRouter) == .imageRouter)
    }
}
