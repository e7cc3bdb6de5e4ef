package import HTTP

/// An upstream wire format: two pure functions. Sending, deadlines, polling, fallback and downloads are done elsewhere, once.
package protocol Provider: Sendable {
    /// The name in `providers.*.type`.
    static var type: String { get }
    init(_ settings: ProviderSettings) throws(ConfigurationError)
    /// What this provider can honour for an upstream model.
    func capabilities(for upstreamModel: String) -> Capabilities
    /// The same as far as one operation goes, where operations differ in sizes, lengths or fields.
    func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities
    /// The request that performs a step.
    /// - Throws: `UpstreamError` of kind `invalidRequest` where the request cannot be said in this wire format.
    func request(for step: Step) throws(UpstreamError) -> UpstreamRequest
    /// What the answer to that request means.
    func generation(from response: UpstreamResponse, at step: Step) throws(UpstreamError) -> Generation
    /// Whether an answer says that the request's signature is out of its time: it was not let in, and is sent once more with a new one.
    func wantsNewSignature(_ response: UpstreamResponse) -> Bool
    /// What one server-sent event of a streaming answer means; nil for events that do not matter.
    func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent?
}

extension Provider {
    package func capabilities(for upstreamModel: String, _ operation: GenerationRequest.Operation) -> Capabilities {
        capabilities(for: upstreamModel).limited(to: operation)
    }

    package func wantsNewSignature(_ response: UpstreamResponse) -> Bool { false }

    package func event(from event: ServerSentEvent, at step: Step) throws(UpstreamError) -> GenerationEvent? { nil }
}

/// One exchange with an upstream.
package enum Step: Sendable {
    /// An input that has to be with the provider before the start, where `inputForm` is `upload`; costs nothing.
    case upload(MediaInput, model: String)
    /// The request with `model` already rewritten to the candidate's upstream model, and `count` to what one call may ask.
    case start(GenerationRequest)
    case resume(RemoteOperation)
    case cancel(RemoteOperation)
}

/// A job at a provider: what is needed to poll, collect or cancel it, as data that can be stored.
package struct RemoteOperation: Sendable, Hashable {
    package var id: String
    package var model: String
    /// The provider's own: poll URLs and the like.
    package var state: JSONObject
    /// The provider has not begun it.
    package var isQueued: Bool

    package init(id: String, model: String, state: JSONObject = JSONObject(), isQueued: Bool = false) {
        self.id = id
        self.model = model
        self.state = state
        self.isQueued = isQueued
    }
}

package enum Generation: Sendable {
    /// `progress` in percent.
    case pending(RemoteOperation, progress: Int?, pollAfter: Duration)
    case completed(GenerationResult)
    case cancelled
    /// The provider's name for an uploaded input.
    case uploaded(String)
}

/// What a provider made.
package struct GenerationResult: Sendable {
    package var assets: [MediaAsset]
    package var warnings: [Warning]
    /// USD as the provider reports it; nil: unknown, not zero.
    package var cost: Double?
    /// OpenAI's `usage` object, passed on as it is.
    package var usage: JSONObject?
    /// `background`, `quality`, `size`, `output_format` as OpenAI-style answers tell them.
    package var details: JSONObject
    /// The provider's name for the video it made, where an accepted job does not tell it: what later edits name.
    package var origin: RemoteOperation?

    package init(
        assets: [MediaAsset], warnings: [Warning] = [], cost: Double? = nil, usage: JSONObject? = nil, details: JSONObject = JSONObject()
    ) {
        self.assets = assets
        self.warnings = warnings
        self.cost = cost
        self.usage = usage
        self.details = details
    }
}

/// One image or video as the provider delivers it.
package struct MediaAsset: Sendable {
    package var content: Content
    package var revisedPrompt: String?
    /// A small picture of a video, where the provider has one; it may turn out not to be there.
    package var thumbnail: Content?
    /// Many small pictures of a video in one.
    package var spritesheet: Content?

    package init(content: Content, revisedPrompt: String? = nil, thumbnail: Content? = nil, spritesheet: Content? = nil) {
        self.content = content
        self.revisedPrompt = revisedPrompt
        self.thumbnail = thumbnail
        self.spritesheet = spritesheet
    }

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
