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
