import Media

extension TaskOrder {
    var document: JSONObject {
        var object: JSONObject = [:]
        object.put("request", request.document)
        object.putList("inputs", inputs.map(\.document))
        object.put("mask", mask?.document)
        object.put("video", video?.document)
        object.put("source_task", sourceTask)
        object.put("webhook_url", webhookURL)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            request: try reader.value("request", GenerationRequest.init(from:)),
            inputs: try reader.list("inputs", StoredInput.init(from:)),
            mask: try reader.optionalValue("mask", StoredInput.init(from:)),
            video: try reader.optionalValue("video", StoredInput.init(from:)),
            sourceTask: try reader.optionalString("source_task"), webhookURL: try reader.optionalString("webhook_url"))
    }
}

extension StoredInput {
    var document: JSONObject {
        var object: JSONObject = [:]
        switch self {
        case .file(let name, let type):
            object.put("file", name)
            object.put("type", type)
        case .url(let url): object.put("url", url)
        }
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        if let name = try reader.optionalString("file") {
            self = .file(name: name, type: try reader.choice("type"))
        } else {
            self = .url(try reader.string("url"))
        }
    }
}

extension GenerationRequest {
    /// Without inputs, mask and a source of the caller's own: the order has them beside the request.
    var document: JSONObject {
        var object: JSONObject = [:]
        object.put("operation", operation)
        object.put("model", model)
        object.put("former_model", formerModel)
        object.put("prompt", prompt)
        object.put("count", count)
        object.put("size", size.document)
        object.put("quality", quality)
        object.put("background", background)
        object.put("seconds", seconds)
        if case .made(let operation) = source { object.put("source", operation.document) }
        object.put("output", output.document)
        object.put("partial_images", partialImages)
        object.put("seed", seed)
        object.put("user", user)
        object.putFlag("strict", strict)
        object.put("routing", routing == RoutingWish() ? nil : routing.document)
        object.putMembers("extras", extras)
        return object
    }

    init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            operation: try reader.choice("operation"), model: try reader.string("model"), prompt: try reader.optionalString("prompt"),
            count: try reader.integer("count"), size: try reader.optionalValue("size", Size.init(from:)) ?? .auto,
            quality: try reader.optionalString("quality"), background: try reader.optionalChoice("background"),
            output: try reader.value("output", OutputWish.init(from:)), partialImages: try reader.optionalInteger("partial_images"),
            seed: try reader.optionalInteger("seed"), user: try reader.optionalString("user"), strict: try reader.flag("strict"),
            routing: try reader.optionalValue("routing", RoutingWish.init(from:)) ?? RoutingWish(),
            extras: try reader.optionalObject("extras") ?? [:])
        seconds = try reader.optionalInteger("seconds")
        formerModel = try reader.optionalString("former_model")
        source = try reader.optionalValue("source", RemoteOperation.init(from:)).map { .made($0) }
    }
}

extension Size {
    /// nil: the provider's choice.
    fileprivate var document: JSONObject? {
        switch self {
        case .auto: nil
        case .pixels(let width, let height): ["width": .integer(width), "height": .integer(height)]
        }
    }

    fileprivate init(from reader: inout DocumentReader) throws(DocumentError) {
        self = .pixels(width: try reader.integer("width"), height: try reader.integer("height"))
    }
}

extension OutputWish {
    fileprivate var document: JSONObject {
        var object: JSONObject = [:]
        object.put("delivery", delivery)
        object.put("encoding", encoding)
        object.put("compression", compression)
        return object
    }

    fileprivate init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            delivery: try reader.choice("delivery"), encoding: try reader.optionalChoice("encoding"),
            compression: try reader.optionalInteger("compression"))
    }
}

extension RoutingWish {
    fileprivate var document: JSONObject {
        var object: JSONObject = [:]
        object.putList("order", order)
        object.putList("only", only)
        object.putList("ignore", ignore)
        object.put("allow_fallbacks", allowsFallbacks)
        return object
    }

    fileprivate init(from reader: inout DocumentReader) throws(DocumentError) {
        self.init(
            order: try reader.strings("order"), only: try reader.strings("only"), ignore: try reader.strings("ignore"),
            allowsFallbacks: try reader.flag("allow_fallbacks"))
    }
}
