import HTTP

extension GenerationRequest {
    package var operation: Operation {
        get { content[0].operation }
        _modify { yield &content[0].operation }
    }
    /// A former name by which the caller asked for the model, where callers are to be told.
    package var formerModel: String? {
        get { content[0].formerModel }
        _modify { yield &content[0].formerModel }
    }
    package var prompt: String? {
        get { content[0].prompt }
        _modify { yield &content[0].prompt }
    }
    package var size: Size {
        get { content[0].size }
        _modify { yield &content[0].size }
    }
    /// The size as a provider with a `ShapeRule` takes it; made by the capability filter, nil for all others.
    package var shape: Shape? {
        get { content[0].shape }
        _modify { yield &content[0].shape }
    }
    /// `auto`, `low`, `medium`, `high`, `standard`, `hd`, `xhigh`, `max`; nil when not said.
    package var quality: String? {
        get { content[0].quality }
        _modify { yield &content[0].quality }
    }
    package var background: Background? {
        get { content[0].background }
        _modify { yield &content[0].background }
    }
    /// Images in the caller's order.
    package var inputs: [MediaInput] {
        get { content[0].inputs }
        _modify { yield &content[0].inputs }
    }
    package var mask: MediaInput? {
        get { content[0].mask }
        _modify { yield &content[0].mask }
    }
    /// Length of a video in seconds; nil: the model's choice.
    package var seconds: Int? {
        get { content[0].seconds }
        _modify { yield &content[0].seconds }
    }
    /// What a video is edited, remixed or extended from.
    package var source: SourceVideo? {
        get { content[0].source }
        _modify { yield &content[0].source }
    }
    package var output: OutputWish {
        get { content[0].output }
        _modify { yield &content[0].output }
    }
    /// Set when the caller wants server-sent events: how many partial images, 0 to 3.
    package var partialImages: Int? {
        get { content[0].partialImages }
        _modify { yield &content[0].partialImages }
    }
    package var seed: Int? {
        get { content[0].seed }
        _modify { yield &content[0].seed }
    }
    package var user: String? {
        get { content[0].user }
        _modify { yield &content[0].user }
    }
    /// `"strict": true`: what a provider cannot honour is an error, not a warning.
    package var strict: Bool {
        get { content[0].strict }
        _modify { yield &content[0].strict }
    }
    package var routing: RoutingWish {
        get { content[0].routing }
        _modify { yield &content[0].routing }
    }
    /// Every other field of the caller, for providers that take them.
    package var extras: JSONObject {
        get { content[0].extras }
        _modify { yield &content[0].extras }
    }
}
