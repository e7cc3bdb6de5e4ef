/// What a provider can honour for a model. A candidate that cannot do what was asked is skipped before anything is sent.
package struct Capabilities: Sendable {
    package var operations: Set<GenerationRequest.Operation>
    package var acceptsMask: Bool
    /// Nothing is made without a mask.
    package var needsMask: Bool
    /// How the provider marks what is to be changed.
    package var maskForm: MaskForm
    /// Nothing is made from fewer input images.
    package var minimumInputs: Int
    /// Most input images; 0: none.
    package var maximumInputs: Int
    /// Most results of one call; what is above is asked in several calls.
    package var maximumCount: Int
    package var acceptsInputURLs: Bool
    package var inputForm: InputForm
    /// nil: any.
    package var sizes: Set<Size>?
    /// Sizes are taken as `request.shape`, never in pixels.
    package var shapes: ShapeRule?
    /// Sizes in pixels are taken within bounds and in steps.
    package var grid: SizeGrid?
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
        operations: Set<GenerationRequest.Operation> = [.generate], acceptsMask: Bool = false, needsMask: Bool = false,
        maskForm: MaskForm = .alpha, minimumInputs: Int = 0, maximumInputs: Int = 0,
        maximumCount: Int = 1, acceptsInputURLs: Bool = false, inputForm: InputForm = .data, sizes: Set<Size>? = nil,
        shapes: ShapeRule? = nil, grid: SizeGrid? = nil,
        seconds: Set<Int>? = nil, acceptsVideoFile: Bool = false, encodings: Set<ImageEncoding>? = nil, transparentBackground: Bool = false,
        streams: Bool = false,
        droppedFields: Set<String> = [], submitsJobs: Bool = false
    ) {
        self.operations = operations
        self.acceptsMask = acceptsMask
        self.needsMask = needsMask
        self.maskForm = maskForm
        self.minimumInputs = minimumInputs
        self.maximumInputs = maximumInputs
        self.maximumCount = maximumCount
        self.acceptsInputURLs = acceptsInputURLs
        self.inputForm = inputForm
        self.sizes = sizes
        self.shapes = shapes
        self.grid = grid
        self.seconds = seconds
        self.acceptsVideoFile = acceptsVideoFile
        self.encodings = encodings
        self.transparentBackground = transparentBackground
        self.streams = streams
        self.droppedFields = droppedFields
        self.submitsJobs = submitsJobs
    }

    /// How inputs go into this provider's requests.
    package enum InputForm: Sendable, Hashable {
        /// As multipart files.
        case data
        /// As base64 inside JSON.
        case base64
        /// By the name that a `Step.upload` before the start has given.
        case upload
        /// By a public address alone: what was given as bytes is served by the gateway itself.
        case address
    }

    /// How a mask says what is to be changed.
    package enum MaskForm: Sendable, Hashable {
        /// As at OpenAI: what is transparent is changed. Given as it came.
        case alpha
        /// A picture in shades of grey: what is white is changed.
        case white
        /// Black and white only: what is black is changed.
        case black
    }
}
