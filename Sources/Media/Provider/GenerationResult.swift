/// What a provider made.
package struct GenerationResult: Sendable {
    package var assets: [MediaAsset]
    package var warnings: [Warning]
    /// USD as the provider reports it; nil: unknown, not zero.
    package var cost: Double?
    /// One, or none where nothing is told: results are copied often.
    private var facts: [Facts] = []

    /// What a provider may tell of what it made.
    private struct Facts: Sendable {
        var usage: JSONObject?
        var details = JSONObject()
        var origin: RemoteOperation?
    }

    package init(
        assets: [MediaAsset], warnings: [Warning] = [], cost: Double? = nil, usage: JSONObject? = nil, details: JSONObject = JSONObject()
    ) {
        self.assets = assets
        self.warnings = warnings
        self.cost = cost
        if usage != nil || !details.isEmpty { facts = [Facts(usage: usage, details: details)] }
    }

    /// OpenAI's `usage` object, passed on as it is.
    package var usage: JSONObject? {
        get { facts.first?.usage }
        set { tell { $0.usage = newValue } }
    }

    /// `background`, `quality`, `size`, `output_format` as OpenAI-style answers tell them.
    package var details: JSONObject {
        get { facts.first?.details ?? JSONObject() }
        set { tell { $0.details = newValue } }
    }

    /// The provider's name for the video it made, where an accepted job does not tell it: what later edits name.
    package var origin: RemoteOperation? {
        get { facts.first?.origin }
        set { tell { $0.origin = newValue } }
    }

    private mutating func tell(_ change: (inout Facts) -> Void) {
        if facts.isEmpty { facts = [Facts()] }
        change(&facts[0])
    }
}

/// One image or video as the provider delivers it.
package struct MediaAsset: Sendable {
    package var content: Content
    package var revisedPrompt: String?
    /// One, or none where there are no pictures.
    private let previews: [Previews]

    /// Pictures of a video.
    private struct Previews: Sendable {
        var thumbnail: Content?
        var spritesheet: Content?
    }

    package init(content: Content, revisedPrompt: String? = nil, thumbnail: Content? = nil, spritesheet: Content? = nil) {
        self.content = content
        self.revisedPrompt = revisedPrompt
        let hasPreview = thumbnail != nil || spritesheet != nil
        previews = hasPreview ? [Previews(thumbnail: thumbnail, spritesheet: spritesheet)] : []
    }

    /// A small picture of a video, where the provider has one; it may turn out not to be there.
    package var thumbnail: Content? { previews.first?.thumbnail }

    /// Many small pictures of a video in one.
    package var spritesheet: Content? { previews.first?.spritesheet }

    package enum Content: Sendable {
        case bytes([UInt8])
        /// Plain base64, not yet decoded.
        case base64(String)
        /// Fetched with the key only on the provider's own origin.
        case url(String)
    }
}

/// An event of a streaming generation.
package enum GenerationEvent: Sendable {
    /// A preview: plain base64 and its index from 0.
    case partial(base64: String, index: Int, details: JSONObject)
    case completed(GenerationResult)
}

/// Something the caller asked for and did not get: `size: "1000x1000" became "1024x1024"`.
package struct Warning: Sendable, Hashable {
    package var field: String
    package var message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}
