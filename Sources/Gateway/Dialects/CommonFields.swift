import Media

/// The fields that requests for images and for videos have in common.
struct CommonFields {
    let size: Size
    let quality: String?
    let seed: Int?
    let user: String?
    let strict: Bool
    let routing: RoutingWish

    @inline(__always)
    init(_ reader: inout FieldReader) throws(APIError) {
        let size = try reader.string("size").map { text throws(APIError) in try CommonFields.size(text) } ?? .auto
        let quality = try reader.choice("quality", of: CommonFields.qualities)
        let seed = try reader.integer("seed", in: Int.min...Int.max)
        let user = try CommonFields.short(try reader.string("user"), "user", CommonFields.maximumUser)
        let strict = try reader.boolean("strict") ?? false
        let routing = try CommonFields.routing(&reader)
        (self.size, self.quality, self.seed, self.user, self.strict, self.routing) = (size, quality, seed, user, strict, routing)
    }

    /// nil for an empty prompt, too.
    static func prompt(_ reader: inout FieldReader, _ dialect: Dialect) throws(APIError) -> String? {
        guard let prompt = try reader.string("prompt") else { return nil }
        try check(prompt, named: "prompt", dialect)
        return prompt.isEmpty ? nil : prompt
    }

    /// Characters are counted as the callers' own languages count them: code points.
    static func check(_ prompt: String, named field: String, _ dialect: Dialect) throws(APIError) {
        let limit = dialect == .imageRouter ? 10_000 : 32_000
        guard prompt.utf8.count > limit, prompt.unicodeScalars.count > limit else { return }
        throw .invalid(field, "'\(field)' has more than \(limit) characters.", code: "string_above_max_length")
    }

    /// nil: the caller names none.
    static func model(_ reader: inout FieldReader) throws(APIError) -> String? {
        try short(try reader.string("model"), "model", maximumModel).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Bytes of a model's name, which stands in rows and indexes.
    private static let maximumModel = 256
    /// Bytes of what a caller calls its own user.
    private static let maximumUser = 1 << 10

    private static func short(_ text: String?, _ field: String, _ limit: Int) throws(APIError) -> String? {
        guard let text, text.utf8.count > limit else { return text }
        throw .invalid(field, "'\(field)' has more than \(limit) bytes.", code: "string_above_max_length")
    }

    /// ImageRouter has no `n` and no events: whoever sends these there is used to one result in one answer, and to paying for one.
    static func ignoreWhatImageRouterIgnores(_ reader: inout FieldReader) {
        for field in ["n", "stream", "partial_images"] { _ = reader.take(field) }
    }

    private static let qualities = ["auto", "low", "medium", "high", "standard", "hd", "xhigh", "max"]

    /// `auto`, or two numbers with one of x X × * between.
    private static func size(_ text: String) throws(APIError) -> Size {
        if let size = pixels(text.utf8.span) { return size }
        if text.lowercased() == "auto" { return .auto }
        throw .invalid("size", "Invalid value: '\(text.prefix(64))'. Expected 'auto' or WIDTHxHEIGHT, such as 1024x1024.")
    }

    private static func pixels(_ text: Swift.Span<UInt8>) -> Size? {
        var place = 0
        guard let width = side(text, &place), place < text.count else { return nil }
        let isCross = text[place] == 0xC3 && place + 1 < text.count && text[place + 1] == 0x97
        guard isCross || text[place] | 0x20 == UInt8(ascii: "x") || text[place] == UInt8(ascii: "*") else { return nil }
        place += isCross ? 2 : 1
        guard let height = side(text, &place), place == text.count else { return nil }
        return .pixels(width: width, height: height)
    }

    private static func side(_ text: Swift.Span<UInt8>, _ place: inout Int) -> Int? {
        var pixels = 0
        while place < text.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[place] {
            pixels = min(pixels * 10 + Int(text[place] - UInt8(ascii: "0")), 16_385)
            place += 1
        }
        return 1...16_384 ~= pixels ? pixels : nil
    }

    private static func routing(_ reader: inout FieldReader) throws(APIError) -> RoutingWish {
        guard let object = try reader.object("provider") else { return RoutingWish() }
        var wish = FieldReader(object, isText: reader.isText, prefix: "provider.")
        return RoutingWish(
            order: try wish.strings("order"), only: try wish.strings("only"), ignore: try wish.strings("ignore"),
            allowsFallbacks: try wish.boolean("allow_fallbacks") ?? true)
    }
}
