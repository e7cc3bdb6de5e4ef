import Compression
import HTTP
import Media

/// The answers to a job, in OpenAI's shapes.
extension BuiltinJob {
    /// An `ImagesResponse` with all pictures; nil when the task was cancelled before the last one.
    func answer() -> UpstreamResponse? {
        var members: JSONObject = [:]
        var data: [JSONValue] = []
        for index in 0..<request.count {
            guard !Task.isCancelled else { return nil }
            let image = picture(index)
            if index == 0 { members = description(of: image) }
            data.append(["b64_json": .string(encoded(image))])
        }
        members["created"] = .integer(created)
        members["data"] = .array(data)
        members["usage"] = usage(count: request.count, pixels: members["size"])
        return UpstreamResponse(status: 200, fields: [.contentType: "application/json"], body: JSONValue.object(members).serialized())
    }

    /// A preview: the picture in squares that get smaller from one preview to the next.
    func partial(_ image: PNGImage, index: Int) -> ServerSentEvent {
        let block = max(2, min(image.width, image.height) / (16 << (index * 2)))
        let preview = image.pixelated(block: block)
        return event("partial_image", preview, adding: ["partial_image_index": .integer(index)])
    }

    /// The last event of a picture.
    func completed(_ image: PNGImage) -> ServerSentEvent {
        event("completed", image, adding: ["usage": usage(count: 1, pixels: description(of: image)["size"])])
    }

    private func event(_ name: String, _ image: PNGImage, adding members: JSONObject) -> ServerSentEvent {
        let type = (request.kind == .generate ? "image_generation." : "image_edit.") + name
        var json: JSONObject = ["type": .string(type), "b64_json": .string(encoded(image)), "created_at": .integer(created)]
        for (key, value) in description(of: image) { json[key] = value }
        for (key, value) in members { json[key] = value }
        return ServerSentEvent(event: type, data: String(decoding: JSONValue.object(json).serialized(), as: UTF8.self))
    }

    private func description(of image: PNGImage) -> JSONObject {
        [
            "size": .string("\(image.width)x\(image.height)"), "quality": .string(request.quality),
            "background": .string(image.isOpaque ? "opaque" : "transparent"), "output_format": "png",
        ]
    }

    /// Made-up but steady numbers: four bytes of prompt, or 32x32 pixels, are a token.
    private func usage(count: Int, pixels: JSONValue?) -> JSONValue {
        let sides = (pixels?.string ?? "").split(separator: "x").compactMap { Int($0) }
        let text = (request.prompt.utf8.count + 3) / 4
        let images = request.inputs.count * 64
        let output = count * ((sides.reduce(1, *) + 1023) / 1024)
        return [
            "input_tokens": .integer(text + images), "output_tokens": .integer(output), "total_tokens": .integer(text + images + output),
            "input_tokens_details": ["text_tokens": .integer(text), "image_tokens": .integer(images)],
        ]
    }
}
