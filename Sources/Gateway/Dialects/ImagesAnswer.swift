import HTTP
import Media
import Transport

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

    /// By which edits name a video; nil: they cannot.
    var videoID: String?

    /// The answer as JSON text; a large one is written off the loop.
    func text(in dialect: Dialect) async -> [UInt8] {
        textLength > 256 << 10 ? await BlockingPool.compute.run { serialized(in: dialect) } : serialized(in: dialect)
    }

    /// About how many bytes the answer has.
    private var textLength: Int { images.reduce(512) { $0 + $1.textLength } }

    /// The answer as JSON text.
    func serialized(in dialect: Dialect) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(textLength)
        bytes.append(#"{"created":"#, created)
        bytes.append(text: #","data":["#)
        let images = images.span
        for index in images.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(images[index], dialect, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        appendFacts(dialect, to: &bytes)
        if !warnings.isEmpty {
            bytes.append(text: #","warnings":"#)
            warnings.json.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func append(_ image: DeliveredImage, _ dialect: Dialect, to bytes: inout [UInt8]) {
        // Infron's clients find all keys, the unused ones empty.
        let unused = dialect == .infron ? "" : nil
        switch image.content {
        case .url(let url):
            bytes.append(#"{"url":"#, url)
            bytes.append(#","b64_json":"#, unused)
        case .base64(let text):
            bytes.append(text: dialect == .infron ? #"{"url":"","b64_json":"# : #"{"b64_json":"#)
            JSONValue.append(text, to: &bytes)
        // Raw bytes are answered as they are.
        case .raw: bytes.append(text: #"{"url":null"#)
        }
        bytes.append(#","revised_prompt":"#, image.revisedPrompt ?? unused)
        if dialect != .imageRouter { bytes.append(#","video_id":"#, videoID) }
        bytes.append(UInt8(ascii: "}"))
    }

    private func appendFacts(_ dialect: Dialect, to bytes: inout [UInt8]) {
        switch dialect {
        case .openAI:
            for (name, value) in LegalDetails.of(details) { bytes.append(",\"\(name)\":", value) }
            guard let usage else { return }
            bytes.append(text: #","usage":"#)
            usage.append(to: &bytes)
        case .imageRouter:
            bytes.append(#","latency":"#, latency.wholeMilliseconds)
            bytes.append(text: #","cost":"#)
            (cost.map { JSONValue.number(Money.rounded($0)) } ?? .null).append(to: &bytes)
        case .infron: break
        }
    }
}

extension DeliveredImage {
    /// About how many bytes of the answer it is.
    fileprivate var textLength: Int {
        switch content {
        case .url(let text), .base64(let text): 128 + text.utf8.count
        case .raw: 128
        }
    }
}

/// `background`, `quality`, `size` and `output_format` as far as strict clients accept them: those refuse the whole answer otherwise.
enum LegalDetails {
    private static let legal: [(field: String, values: [String])] = [
        ("background", ["transparent", "opaque"]),
        ("output_format", ["png", "webp", "jpeg"]),
        ("quality", ["low", "medium", "high"]),
        ("size", ["1024x1024", "1024x1536", "1536x1024"]),
    ]

    static func of(_ details: JSONObject) -> [(String, String)] {
        guard !details.isEmpty else { return [] }
        return legal.compactMap { field, values in
            guard let value = details[field]?.string, values.contains(value) else { return nil }
            return (field, value)
        }
    }
}
