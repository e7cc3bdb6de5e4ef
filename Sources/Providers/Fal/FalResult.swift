import HTTP
import Media

/// What a model at fal made, under whichever name its endpoint gives it.
struct FalResult: Sendable {
    var result = GenerationResult(assets: [])
    /// There were pictures, and none of them may be seen.
    var isWithheld = false
    /// The address of the first video, which later edits name.
    var videoURL: String?

    private static let lists = ["images", "videos"]
    private static let singles = ["image", "video"]

    /// - Parameter isChecked: `has_nsfw_concepts` is the finding of the checker that also blackened these pictures (unconfirmed).
    init(_ json: JSONValue, base: HTTPURL, isChecked: Bool) {
        let flags = isChecked ? (json["has_nsfw_concepts"]?.array ?? []).map { $0.bool == true } : []
        let found = Self.items(in: json)
        let kept = found.enumerated().filter { index, _ in !(flags.indices.contains(index) && flags[index]) }.map(\.element)
        result.assets = kept.compactMap { Self.asset($0, base) }
        isWithheld = !found.isEmpty && kept.isEmpty
        if !result.assets.isEmpty, kept.count < found.count {
            result.warnings = [Warning(field: "n", message: "\(found.count - kept.count) of \(found.count) were withheld as unsafe")]
        }
        if let seed = json["seed"]?.int { result.details["seed"] = .integer(seed) }
        if let video = json["video"]?["url"]?.filled ?? json["videos"]?[0]?["url"]?.filled, !DataURI.matches(video) { videoURL = video }
    }

    private static func items(in json: JSONValue) -> [JSONValue] {
        if let list = lists.lazy.compactMap({ json[$0]?.array }).first(where: { !$0.isEmpty }) { return list }
        return singles.lazy.compactMap { json[$0] }.first { !$0.isNull }.map { [$0] } ?? []
    }

    /// An object with an address, or the address alone.
    private static func asset(_ item: JSONValue, _ base: HTTPURL) -> MediaAsset? {
        if let text = item.filled { return ImagesAnswer.remoteContent(text, base: base).map { MediaAsset(content: $0) } }
        return ImagesAnswer.asset(from: item, base: base)
    }
}
