import Media

/// `response_format`, `output_format` and what goes with them.
struct OutputFields {
    private(set) var wish = OutputWish()
    private var delivery: OutputWish.Delivery?

    private static let deliveries = ["url", "b64_json", "b64_ephemeral"]
    private static let formats = ["png", "jpeg", "jpg", "webp", "gif", "url", "b64_json"]

    init(_ reader: inout FieldReader) throws(APIError) {
        let response = try reader.choice("response_format", of: OutputFields.deliveries)
        let output = try reader.choice("output_format", of: OutputFields.formats)
        // Infron says `output_format` where the others say `response_format`.
        delivery = (response ?? output).flatMap(OutputFields.delivery)
        wish.encoding = output.flatMap { $0 == "jpg" ? .jpeg : ImageEncoding(rawValue: $0) }
        wish.compression = try reader.integer("output_compression", in: 0...100)
    }

    private static func delivery(_ name: String) -> OutputWish.Delivery? {
        switch name {
        case "url": .url
        case "b64_json": .base64
        case "b64_ephemeral": .ephemeral
        case _: nil
        }
    }

    /// Bytes as the answer's body, unless they are to be forgotten.
    mutating func makeRaw() {
        if wish.delivery != .ephemeral { wish.delivery = .raw }
    }

    /// GPT image models answer base64 in OpenAI's dialect; everything else gives URLs.
    mutating func applyDefault(for model: String, _ dialect: Dialect) {
        wish.delivery = delivery ?? (dialect == .openAI && OutputFields.isGPTImage(model) ? .base64 : .url)
    }

    /// Videos are URLs unless something else was said, in every dialect; encodings are for images.
    mutating func applyVideoDefault(_ dialect: Dialect) throws(APIError) {
        wish.delivery = delivery ?? .url
        guard let encoding = wish.encoding else { return }
        // ImageRouter takes it with videos, and does nothing with it.
        guard dialect == .imageRouter else {
            throw .invalid("output_format", "Invalid value: '\(encoding.rawValue)'. Videos take 'url' and 'b64_json'.")
        }
        wish.encoding = nil
    }

    private static func isGPTImage(_ model: String) -> Bool {
        let name = model.utf8.contains(UInt8(ascii: "/")) ? model.split(separator: "/").last ?? "" : model[...]
        return name.hasPrefix("gpt-image") || name.hasPrefix("chatgpt-image")
    }
}
