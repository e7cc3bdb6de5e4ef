import Media

/// `content: [{type: "text", text}, {type: "image_url", image_url: {url}, role}]`: prompt and images in one list.
struct VideoContent {
    /// All texts, a line each; nil where there is none.
    private(set) var text: String?
    /// In order, but for last frames, which come last.
    private(set) var images: [InputReference] = []

    private static let maximumItems = 64
    private static let roles: Set<String> = ["first_frame", "last_frame", "reference_image"]

    init() {}

    init(_ reader: inout FieldReader) throws(APIError) {
        guard let value = reader.take("content") else { return }
        guard let items = value.array else { throw VideoContent.wrongType("content", "an array of objects") }
        guard items.count <= VideoContent.maximumItems else {
            throw .invalid("content", "At most \(VideoContent.maximumItems) parts are taken, but \(items.count) came.")
        }
        var texts: [String] = []
        var lastFrames: [InputReference] = []
        for (index, item) in items.enumerated() {
            let field = "content[\(index)]"
            switch item["type"]?.string {
            case "text": texts.append(try VideoContent.text(item, field))
            case "image_url":
                let image = try InputCollector.reference(item, field)
                if try VideoContent.role(item, field) == "last_frame" { lastFrames.append(image) } else { images.append(image) }
            case _: throw .invalid("\(field).type", "Invalid '\(field).type': supported values are 'image_url', 'text'.")
            }
        }
        images += lastFrames
        let joined = texts.filter { !$0.isEmpty }.joined(separator: "\n")
        text = joined.isEmpty ? nil : joined
    }

    private static func text(_ item: JSONValue, _ field: String) throws(APIError) -> String {
        guard let text = item["text"]?.string else { throw wrongType("\(field).text", "a string") }
        return text
    }

    /// An image that is there for another reason would make another video.
    private static func role(_ item: JSONValue, _ field: String) throws(APIError) -> String? {
        guard let value = item["role"], !value.isNull else { return nil }
        guard let role = value.string else { throw wrongType("\(field).role", "a string") }
        guard roles.contains(role) else {
            let list = roles.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw .invalid("\(field).role", "Invalid value: '\(role.prefix(64))'. Supported values are: \(list).")
        }
        return role
    }

    private static func wrongType(_ field: String, _ expected: String) -> APIError {
        .invalid(field, "Invalid type for '\(field)': expected \(expected).", code: "invalid_type")
    }
}
