import Media

extension Price {
    /// USD by what is counted: `image`, `second`, `megapixel`.
    var json: JSONValue {
        var json: JSONObject = [:]
        json["image"] = image.map { .number($0) }
        json["second"] = second.map { .number($0) }
        json["megapixel"] = megapixel.map { .number($0) }
        return .object(json)
    }
}
