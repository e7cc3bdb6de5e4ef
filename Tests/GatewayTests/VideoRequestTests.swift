import HTTP
import Media
import Testing

@testable import Gateway

@Suite struct VideoRequestTests {
    private func decode(
        _ fields: JSONObject, _ operation: GenerationRequest.Operation = .video, _ dialect: Dialect = .openAI, text: Bool = false,
        files: [UploadedFile] = [], raw: Bool = false, sourceID: String? = nil, prefer: String? = nil
    ) throws(APIError) -> VideoRequest {
        let decoder = VideoRequestDecoder(
            operation: operation, defaults: ModelDefaults(image: "i", video: "sora-9"), wantsRawBytes: raw, sourceID: sourceID,
            prefer: prefer.map { PreferHeader(HTTPFields([.prefer: $0])) })
        return try decoder.decode(RequestForm(fields: fields, files: files, isMultipart: text), dialect)
    }

    private func failure(
        _ fields: JSONObject, _ operation: GenerationRequest.Operation = .video, _ dialect: Dialect = .openAI, text: Bool = false,
        files: [UploadedFile] = [], sourceID: String? = nil
    ) -> APIError? {
        do throws(APIError) {
            _ = try decode(fields, operation, dialect, text: text, files: files, sourceID: sourceID)
            return nil
        } catch { return error }
    }

    private func with(_ more: JSONObject) -> JSONObject {
        var fields: JSONObject = ["prompt": "a cat"]
        for (key, value) in more { fields[key] = value }
        return fields
    }

    private static let picture = UploadedFile(field: "input_reference", content: ByteSource(Picture.png), type: .png)
    private static let clip = UploadedFile(field: "video", content: ByteSource([]), type: .mp4)

    // MARK: From a prompt

    @Test func `a form of OpenAI's client`() throws {
        let fields: JSONObject = [
            "prompt": "a cat", "model": "sora-2", "seconds": "8", "size": "1280x720", "seed": "7", "opts": ["a": ["1", "2"]],
        ]
        let request = try decode(fields, text: true, files: [Self.picture])
        #expect(request.generation.operation == .video)
        #expect(request.generation.model == "sora-2")
        #expect(request.generation.prompt == "a cat")
        #expect(request.generation.seconds == 8)
        #expect(request.generation.size == .pixels(width: 1280, height: 720))
        #expect(request.generation.seed == 7)
        #expect(request.generation.extras == ["opts": ["a": ["1", "2"]]])
        #expect(request.generation.output.delivery == .url)
        #expect(request.inputs.count == 1)
        #expect(request.video == nil)
        #expect(request.wish == CallWish())
    }

    @Test func `little is needed`() throws {
        let request = try decode(["prompt": "a cat", "size": nil, "seconds": nil, "input_reference": nil, "n": 1, "stream": false])
        #expect(request.generation.model == "sora-9")
        #expect(request.generation.seconds == nil)
        #expect(request.generation.size == .auto)
        #expect(request.inputs.isEmpty)
        #expect(request.generation.extras == [:])
    }

    @Test(
        arguments: [
            ("seconds", "4", 4), ("seconds", 4, 4), ("seconds", 1, 1), ("seconds", "60", 60),
        ] as [(String, JSONValue, Int)], Dialect.allCases)
    func `seconds are numbers or text`(said: (field: String, value: JSONValue, seconds: Int), dialect: Dialect) throws {
        #expect(try decode(with([said.field: said.value]), .video, dialect).generation.seconds == said.seconds)
    }

    @Test func `other dialects have other words for the length`() throws {
        #expect(try decode(with(["seconds": "auto"]), .video, .imageRouter).generation.seconds == nil)
        #expect(try decode(with(["duration": 5]), .video, .infron).generation.seconds == 5)
        #expect(try decode(with(["duration": "5", "seconds": 5]), .video, .infron).generation.seconds == 5)
        #expect(failure(with(["duration": 5, "seconds": 6]), .video, .infron)?.field == "duration")
        #expect(failure(with(["seconds": "auto"]))?.field == "seconds")
        #expect(try decode(with(["duration": 5])).generation.extras == ["duration": 5])
    }

    @Test(
        arguments: [
            ("seconds", "0", "integer_below_min_value"), ("seconds", 61, "integer_above_max_value"), ("seconds", "8s", "invalid_type"),
            ("seconds", 4.5, "invalid_type"), ("seconds", "-4", "invalid_type"), ("seconds", "", "invalid_type"),
            ("seconds", true, "invalid_type"), ("seconds", "99999999999999999999", "invalid_type"), ("size", "720p", "invalid_value"),
            ("size", 720, "invalid_type"), ("n", 2, "integer_above_max_value"), ("n", "1", "invalid_type"),
            ("stream", true, "unsupported_parameter"), ("mask", "https://x.example/m.png", "unsupported_parameter"),
            ("output_format", "png", "invalid_value"), ("output_format", "mp4", "invalid_value"), ("model", 5, "invalid_type"),
            ("response_format", "file", "invalid_value"), ("input_reference", "cat.png", "invalid_value"),
            ("input_reference", ["file_id": "f"], "invalid_value"), ("video_id", "video_1", "unsupported_parameter"),
            ("async", "yes", "invalid_type"), ("webhook_url", "nowhere", "invalid_value"), ("seed", "x", "invalid_type"),
        ] as [(String, JSONValue, String)])
    func `a wrong value is a 400 that names the field`(field: String, value: JSONValue, code: String) {
        let error = failure(with([field: value]))
        #expect(error?.status == 400)
        #expect(error?.field == field)
        #expect(error?.code == code)
    }

    @Test(
        arguments: [
            ["input_reference": "https://x.example/a.png"], ["input_reference": ["image_url": "https://x.example/a.png"]],
            ["input_reference": ["image_url": "data:image/png;base64,iVBORw0KGgo="]], ["image": ["https://x.example/a.png"]],
            ["image_url": "https://x.example/a.png"], ["image_urls": ["https://x.example/a.png"]],
        ] as [JSONObject])
    func `an image goes by many names`(input: JSONObject) throws {
        #expect(try decode(with(input)).inputs.count == 1)
        #expect(try decode(with(input), text: true).inputs.count == 1)
    }

    @Test func `sixteen images are enough`() throws {
        let url = JSONValue.string("https://x.example/a.png")
        #expect(try decode(with(["image": .array(Array(repeating: url, count: 16))]), .video, .imageRouter).inputs.count == 16)
        #expect(failure(with(["image": .array(Array(repeating: url, count: 17))]), .video, .imageRouter)?.field == "image")
        let part: JSONValue = ["type": "image_url", "image_url": ["url": url]]
        let both: JSONObject = ["image": .array(Array(repeating: url, count: 10)), "content": .array(Array(repeating: part, count: 7))]
        #expect(failure(with(both), .video, .infron)?.field == "image")
    }

    @Test func `a video cannot be made from a file in a field that takes none`() {
        #expect(failure(with([:]), files: [Self.clip])?.field == "video")
    }

    @Test(arguments: [
        (Dialect.openAI, GenerationRequest.Operation.video, true), (.infron, .video, true), (.imageRouter, .video, false),
        (.openAI, .remixVideo, true), (.openAI, .editVideo, true), (.openAI, .extendVideo, true), (.infron, .editVideo, true),
    ])
    func `a prompt is required, but in ImageRouter's dialect`(
        dialect: Dialect, operation: GenerationRequest.Operation, isRequired: Bool
    ) throws {
        var fields: JSONObject = ["seconds": 4]
        if operation != .video { fields["video"] = ["id": "video_1"] }
        #expect(failure(fields, operation, dialect)?.field == (isRequired ? "prompt" : nil))
        fields["prompt"] = ""
        #expect(failure(fields, operation, dialect)?.field == (isRequired ? "prompt" : nil))
        fields["prompt"] = .string(String(repeating: "ö", count: dialect == .imageRouter ? 10_001 : 32_001))
        #expect(failure(fields, operation, dialect)?.code == "string_above_max_length")
    }

    @Test func `an image may stand for the prompt in Infron's dialect`() throws {
        #expect(try decode(["image_url": "https://x.example/a.png"], .video, .infron).generation.prompt == nil)
        #expect(failure(["image_url": "https://x.example/a.png"])?.field == "prompt")
    }

    @Test func `ImageRouter's callers get one video, whatever they send`() throws {
        let fields: JSONObject = ["model": "m", "n": 4, "stream": true, "partial_images": "x", "output_format": "webp"]
        let request = try decode(fields, .video, .imageRouter).generation
        #expect(request.count == 1)
        #expect(request.output.encoding == nil)
        #expect(request.extras == [:])
    }

    // MARK: Content parts

    @Test func `prompt and images come as a list of parts`() throws {
        let request = try decode(
            [
                "model": "seedance", "resolution": "720p", "ratio": "16:9", "watermark": false, "output_format": "b64_json",
                "content": [
                    ["type": "text", "text": "a cat"],
                    ["type": "image_url", "role": "last_frame", "image_url": ["url": "https://x.example/2.png"]],
                    ["type": "image_url", "role": "first_frame", "image_url": ["url": "https://x.example/1.png"]],
                    ["type": "text", "text": "runs"],
                ],
            ], .video, .infron)
        #expect(request.generation.prompt == "a cat\nruns")
        #expect(request.inputs.map(url) == ["https://x.example/1.png", "https://x.example/2.png"])
        #expect(request.generation.extras == ["resolution": "720p", "ratio": "16:9", "watermark": false])
        #expect(request.generation.output.delivery == .base64)
    }

    private func url(_ reference: InputReference) -> String? {
        guard case .url(let url, _) = reference else { return nil }
        return url
    }

    @Test(
        arguments: [
            ("a cat", "content"), ([["type": "video_url"]], "content[0].type"), ([["type": "text"]], "content[0].text"),
            ([1], "content[0].type"),
            ([["type": "text", "text": "another"]], "content"), ([["type": "image_url", "image_url": [:]]], "content[0]"),
            ([["type": "image_url", "image_url": ["url": "x"]]], "content[0]"),
            ([["type": "image_url", "image_url": "https://x.example/a", "role": "mask"]], "content[0].role"),
            ([["type": "image_url", "image_url": "https://x.example/a", "role": 1]], "content[0].role"),
        ] as [(JSONValue, String)])
    func `a wrong part is named`(content: JSONValue, field: String) {
        let error = failure(with(["content": content]), .video, .infron)
        #expect(error?.status == 400)
        #expect(error?.field == field)
    }

    @Test func `parts are Infron's; elsewhere they travel on`() throws {
        #expect(try decode(with(["content": ["x"]])).generation.extras == ["content": ["x"]])
        #expect(failure(with(["content": .array(Array(repeating: 1, count: 65))]), .video, .infron)?.field == "content")
    }

    // MARK: From a video

    private func name(_ video: VideoReference?) -> String? {
        switch video {
        case .task(let id): id
        case .input(.url(let url, _)): url
        case .input(.upload): "upload"
        case .input(.dataURI): "data"
        case nil: nil
        }
    }

    @Test(
        arguments: [
            (["video": ["id": "video_1"]], "video_1"), (["video_id": "video_1"], "video_1"),
            (["video_url": "https://x.example/v.mp4"], "https://x.example/v.mp4"),
            (["video": "https://x.example/v.mp4"], "https://x.example/v.mp4"),
            (["video": ["url": "https://x.example/v.mp4", "id": nil]], "https://x.example/v.mp4"),
            (["video": ["video_url": ["url": "https://x.example/v.mp4"]]], "https://x.example/v.mp4"),
            (["video": "data:video/mp4;base64,AAAA"], "data"),
        ] as [(JSONObject, String)], [GenerationRequest.Operation.editVideo, .extendVideo])
    func `a video goes by many names`(source: (fields: JSONObject, name: String), operation: GenerationRequest.Operation) throws {
        let request = try decode(with(source.fields).merging(["seconds": "8"]), operation)
        #expect(name(request.video) == source.name)
        #expect(request.generation.operation == operation)
        #expect(request.generation.extras == [:])
        #expect(request.inputs.isEmpty)
    }

    @Test func `a video may be a file`() throws {
        let request = try decode(with([:]), .editVideo, text: true, files: [Self.clip, Self.picture])
        #expect(name(request.video) == "upload")
        #expect(request.inputs.count == 1)
        #expect(request.generation.model == "sora-9")
    }

    @Test func `a remix names its video in the path, and follows its model`() throws {
        let request = try decode(["prompt": "a dog"], .remixVideo, sourceID: "video_7")
        #expect(name(request.video) == "video_7")
        #expect(request.generation.model == "")
        #expect(try decode(["prompt": "a dog", "model": "m"], .remixVideo, sourceID: "video_7").generation.model == "m")
        #expect(failure(["prompt": "a dog", "video_id": "video_8"], .remixVideo, sourceID: "video_7")?.field == "video")
    }

    @Test(
        arguments: [
            ([:], "video"), (["video": nil], "video"), (["video_id": ""], "video"), (["video_id": 5], "video_id"), (["video": 5], "video"),
            (["video": ["id": 5]], "video.id"), (["video": ["id": ""]], "video.id"), (["video": ["x": 1]], "video"),
            (["video": "video_1"], "video"), (["video": ["id": "a"], "video_id": "b"], "video"), (["video_url": "v.mp4"], "video_url"),
            (["video_id": "a", "mask": "https://x.example/m.png"], "mask"),
        ] as [(JSONObject, String)])
    func `a video that is none is named`(source: JSONObject, field: String) {
        let error = failure(with(source), .editVideo)
        #expect(error?.status == 400)
        #expect(error?.field == field)
    }

    @Test func `an extension says by how much`() throws {
        #expect(failure(with(["video": ["id": "v"]]), .extendVideo)?.field == "seconds")
        #expect(try decode(with(["video": ["id": "v"], "seconds": 20]), .extendVideo).generation.seconds == 20)
        #expect(try decode(["video_id": "v", "seconds": 20], .extendVideo, .infron).generation.prompt == nil)
    }

    // MARK: The answer

    @Test(
        arguments: [
            (JSONObject(), OutputWish.Delivery.url), (["response_format": "b64_json"], .base64), (["output_format": "b64_json"], .base64),
            (["response_format": "b64_ephemeral"], .ephemeral), (["response_format": "url"], .url),
        ] as [(JSONObject, OutputWish.Delivery)], Dialect.allCases)
    func `videos are URLs unless something else is said`(said: (fields: JSONObject, delivery: OutputWish.Delivery), dialect: Dialect) throws
    {
        #expect(try decode(with(said.fields), .video, dialect).generation.output.delivery == said.delivery)
        let raw = try decode(with(said.fields), .video, dialect, raw: true).generation.output.delivery
        #expect(raw == (said.delivery == .ephemeral ? .ephemeral : .raw))
    }

    @Test func `a task's answer is never raw`() throws {
        let request = try decode(with([:]), raw: true, prefer: "respond-async")
        #expect(request.wish.mode == .async)
        #expect(request.generation.output.delivery == .url)
        #expect(try decode(with([:]), raw: true, prefer: "wait=5").generation.output.delivery == .raw)
    }

    @Test func `routing and strictness are as for images`() throws {
        let request = try decode(with(["strict": true, "user": "u", "quality": "high", "provider": ["only": ["b"]]])).generation
        #expect(request.strict)
        #expect(request.user == "u")
        #expect(request.quality == "high")
        #expect(request.routing == RoutingWish(only: ["b"]))
        #expect(failure(with(["provider": ["order": 1]]))?.field == "provider.order")
    }
}

extension JSONObject {
    fileprivate func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in other { merged[key] = value }
        return merged
    }
}
