import Media

extension Price {
    /// USD by what is counted: `image`, `second`, `megapixel`.
    var json: JSONValue {
        var json: JSONObject = [:]
        json["image"] = image.map { .number($0) }
        json["second"] = second.map { .number($0) }
        json["megapixel"] = megapixel.map { .number($0) }
        if !byQuality.isEmpty {
            json["quality"] = .object(JSONObject(byQuality.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }))
        }
        return .object(json)
    }
}
