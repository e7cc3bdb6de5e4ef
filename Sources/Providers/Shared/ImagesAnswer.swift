package import HTTP
package import Media

/// OpenAI's `ImagesResponse` and everything that looks like it, read leniently.
package enum ImagesAnswer {
    /// Reads `{data: [{b64_json | url, revised_prompt}], usage, cost, background, output_format, quality, size}`.
    /// - Parameter base: what relative addresses of self-hosted servers are relative to.
    /// - Throws: an error of kind `invalidAnswer` where there is neither picture nor video in it.
    package static func result(from json: JSONValue, base: HTTPURL) throws(UpstreamError) -> GenerationResult {
        var assets: [MediaAsset] = []
        for item in json["data"]?.array ?? [] {
            if let asset = asset(from: item, base: base) { assets.append(asset) }
        }
        guard !assets.isEmpty else { throw UpstreamError(.invalidAnswer, message: "the provider's answer holds no result") }
        return result(assets, from: json)
    }

    /// One picture or video from an object with `b64_json` or `url`; nil where it has neither.
    package static func asset(from item: JSONValue, base: HTTPURL) -> MediaAsset? {
        let revised = item["revised_prompt"]?.filled
        if let text = item["b64_json"]?.filled {
            let content = inlineContent(text) ?? .base64(text)
            return isReadable(content) ? MediaAsset(content: content, revisedPrompt: revised) : nil
        }
        guard let content = item["url"]?.filled.flatMap({ remoteContent($0, base: base) }) else { return nil }
        return MediaAsset(content: content, revisedPrompt: revised)
    }

    /// An address as it can be fetched, or the base64 of a data URI; nil for what is neither.
    package static func remoteContent(_ text: String, base: HTTPURL) -> MediaAsset.Content? {
        if text.lowercased().hasPrefix("data:") { return inlineContent(text) }
        guard let url = try? base.resolving(text) else { return nil }
        return .url(url.description)
    }

    /// What an answer tells beside its pictures.
    package static func result(_ assets: [MediaAsset], from json: JSONValue) -> GenerationResult {
        let usage = json["usage"]
        return GenerationResult(
            assets: assets, cost: (json["cost"] ?? usage?["cost"])?.double, usage: whole(usage), details: details(of: json))
    }

    /// `background`, `quality`, `size` and `output_format`, where they are told.
    package static func details(of json: JSONValue) -> JSONObject {
        var details = JSONObject()
        for key in told {
            if let value = json[key]?.filled { details[key] = .string(value) }
        }
        return details
    }

    private static let told = ["background", "output_format", "quality", "size"]

    /// Only a whole usage object is worth passing on: clients demand all four members.
    private static func whole(_ json: JSONValue?) -> JSONObject? {
        guard let json, let usage = json.object, json["input_tokens_details"]?.object != nil,
            ["input_tokens", "output_tokens", "total_tokens"].allSatisfy({ json[$0]?.int != nil })
        else { return nil }
        return usage
    }

    /// Whether base64 looks right by its length and both ends: megabytes are not read twice.
    private static func isReadable(_ content: MediaAsset.Content) -> Bool {
        guard case .base64(let text) = content else { return true }
        let ends = 64
        let characters = text.utf8.span
        guard characters.count % 4 == 0 else { return false }
        guard characters.count > 2 * ends else { return Base64.takes(characters) }
        return Base64.takes(characters.extracting(first: ends)) && Base64.takes(characters.extracting(last: ends))
    }

    private static func inlineContent(_ text: String) -> MediaAsset.Content? {
        guard DataURI.matches(text), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")),
            text[..<comma].lowercased().hasSuffix(";base64")
        else { return nil }
        return .base64(String(text[text.index(after: comma)...]))
    }
}
