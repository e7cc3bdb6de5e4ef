import Media

/// `response_format`, `output_format` and what goes with them.
struct OutputFields {
    private(set) var wish = OutputWish()
    private var delivery: OutputWish.Delivery?

    private static let deliveries: [String: OutputWish.Delivery] = ["url": .url, "b64_json": .base64, "b64_ephemeral": .ephemeral]
    private static let encodings: [String: ImageEncoding] = ["png": .png, "jpeg": .jpeg, "jpg": .jpeg, "webp": .webp, "gif": .gif]
    private static let deliveryNames = Set(deliveries.keys)
    private static let formatNames = Set(encodings.keys).union(["url", "b64_json"])

    init(_ reader: inout FieldReader) throws(APIError) {
        let response = try reader.choice("response_format", of: OutputFields.deliveryNames)
        let output = try reader.choice("output_format", of: OutputFields.formatNames)
        // Infron says `output_format` where the others say `response_format`.
        delivery = (response ?? output).flatMap { OutputFields.deliveries[$0] }
        wish.encoding = output.flatMap { OutputFields.encodings[$0] }
        wish.compression = try reader.integer("output_compression", in: 0...100)
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
