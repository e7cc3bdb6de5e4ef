/// What was asked, as it is kept: inputs are files of the media store or URLs.
package struct TaskOrder: Sendable {
    /// Without inputs, mask and source file, which are beside it.
    package var request: GenerationRequest
    package var inputs: [StoredInput]
    package var mask: StoredInput?
    /// An uploaded or linked video that is edited or extended.
    package var video: StoredInput?
    /// The task whose video is remixed, edited or extended.
    package var sourceTask: String?
    /// Told of the end, signed.
    package var webhookURL: String?

    package init(
        request: GenerationRequest, inputs: [StoredInput] = [], mask: StoredInput? = nil, video: StoredInput? = nil,
        sourceTask: String? = nil, webhookURL: String? = nil
    ) {
        self.request = request
        self.inputs = inputs
        self.mask = mask
        self.video = video
        self.sourceTask = sourceTask
        self.webhookURL = webhookURL
    }
}

/// An input of a task that waits for its attempt.
package enum StoredInput: Sendable, Hashable {
    /// A name in the media store.
    case file(name: String, type: MediaType)
    case url(String)
}
