/// What a provider can honour for a model. A candidate that cannot do what was asked is skipped before anything is sent.
package struct Capabilities: Sendable {
    package var operations: Set<GenerationRequest.Operation>
    package var acceptsMask: Bool
    /// Most input images; 0: none.
    package var maximumInputs: Int
    /// Most results of one call; what is above is asked in several calls.
    package var maximumCount: Int
    package var acceptsInputURLs: Bool
    package var inputForm: InputForm
    /// nil: any.
    package var sizes: Set<Size>?
    /// Lengths of videos in seconds; nil: any.
    package var seconds: Set<Int>?
    /// Takes a caller's own video to edit or extend.
    package var acceptsVideoFile: Bool
    /// nil: whatever the model makes; an encoding outside is a warning.
    package var encodings: Set<ImageEncoding>?
    package var transparentBackground: Bool
    package var streams: Bool
    /// Request fields (API names) that this provider drops; each one that the caller set becomes a warning.
    package var droppedFields: Set<String>
    /// A submit makes a job that is billed: an unknown outcome follows the `videos` rule.
    package var submitsJobs: Bool

    package init(
        operations: Set<GenerationRequest.Operation> = [.generate], acceptsMask: Bool = false, maximumInputs: Int = 0,
        maximumCount: Int = 1, acceptsInputURLs: Bool = false, inputForm: InputForm = .data, sizes: Set<Size>? = nil,
        seconds: Set<Int>? = nil, acceptsVideoFile: Bool = false, encodings: Set<ImageEncoding>? = nil, transparentBackground: Bool = false,
        streams: Bool = false,
        droppedFields: Set<String> = [], submitsJobs: Bool = false
    ) {
        self.operations = operations
        self.acceptsMask = acceptsMask
        self.maximumInputs = maximumInputs
        self.maximumCount = maximumCount
        self.acceptsInputURLs = acceptsInputURLs
        self.inputForm = inputForm
        self.sizes = sizes
        self.seconds = seconds
        self.acceptsVideoFile = acceptsVideoFile
        self.encodings = encodings
        self.transparentBackground = transparentBackground
        self.streams = streams
        self.droppedFields = droppedFields
        self.submitsJobs = submitsJobs
    }

    /// How input bytes go into this provider's requests: as multipart files, or as base64 inside JSON.
    package enum InputForm: Sendable { case data, base64 }
}
