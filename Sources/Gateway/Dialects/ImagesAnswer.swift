import HTTP
import Media

/// A finished image call as the dialects tell it.
struct ImagesAnswer: Sendable {
    var images: [DeliveredImage]
    var details: JSONObject
    var usage: JSONObject?
    var warnings: [Warning]
    /// Seconds since 1970.
    var created: Int
    var latency: Duration
    /// USD; nil: unknown.
    var cost: Double?

    func json(in dialect: Dialect) -> JSONValue {
        var body: JSONObject = ["created": .integer(created), "data": .array(images.map { json($0, dialect) })]
        switch dialect {
        case .openAI:
            for (key, value) in LegalDetails.of(details) { body[key] = value }
            if let usage { body["usage"] = .object(usage) }
        case .imageRouter:
            body["latency"] = .integer(Int(latency.wholeMilliseconds))
            body["cost"] = cost.map { .number(Money.rounded($0)) } ?? .null
        case .infron: break
        }
        if !warnings.isEmpty { body["warnings"] = warnings.json }
        return .object(body)
    }

    private func json(_ image: DeliveredImage, _ dialect: Dialect) -> JSONValue {
        var object: JSONObject = [:]
        // Infron's clients find both keys, the unused one empty.
        if dialect == .infron { object = ["url": "", "b64_json": "", "revised_prompt": ""] }
        switch image.content {
        case .url(let url): object["url"] = .string(url)
        case .base64(let text): object["b64_json"] = .string(text)
        case .raw: break
        }
        if let prompt = image.revisedPrompt { object["revised_prompt"] = .string(prompt) }
        return .object(object)
    }
}

/// `background`, `quality`, `size` and `output_format` as far as strict clients accept them: those refuse the whole answer otherwise.
enum LegalDetails {
    private static let legal: [(field: String, values: Set<String>)] = [
        ("background", ["transparent", "opaque"]),
        ("output_format", ["png", "webp", "jpeg"]),
        ("quality", ["low", "medium", "high"]),
        ("size", ["1024x1024", "1024x1536", "1536x1024"]),
    ]

    static func of(_ details: JSONObject) -> [(String, JSONValue)] {
        legal.compactMap { field, values in
            guard let value = details[field]?.string, values.contains(value) else { return nil }
            return (field, .string(value))
        }
    }
}
