/// What a provider can honour for a model. A candidate that cannot do what was asked is skipped before anything is sent.
package struct Capabilities: Sendable {
    package var operations: Set<GenerationRequest.Operation>
    package var acceptsMask: Bool
    /// Nothing is made without a mask.
    package var needsMask: Bool
    /// How the provider marks what is to be changed.
    package var maskForm: MaskForm
    /// What is changed inside a mask has the size of its input image.
    package var maskKeepsSize: Bool
    /// Nothing is made from fewer input images.
    package var minimumInputs: Int
    /// Most input images; 0: none.
    package var maximumInputs: Int
    /// Most results of one call; what is above is asked in several calls.
    package var maximumCount: Int
    package var acceptsInputURLs: Bool
    package var inputForm: InputForm
    /// The same of a caller's video; nil: as images.
    package var videoForm: InputForm?
    /// nil: any.
    package var sizes: Set<Size>?
    /// Sizes are taken as `request.shape`, never in pixels.
    package var shapes: ShapeRule?
    /// Sizes in pixels are taken within bounds and in steps.
    package var grid: SizeGrid?
    /// Lengths of videos in seconds; nil: any.
    package var seconds: Set<Int>?
    /// Words for the quality that are taken; nil: any is sent as it is.
    package var qualities: Set<String>?
    /// Takes a caller's own video to edit or extend.
    package var acceptsVideoFile: Bool
    /// The provider knows the videos that it made by a lasting name; else they are given to it like any other video.
    package var namesOwnVideos: Bool
    /// nil: whatever the caller asks for; an encoding outside is a warning. Empty: nobody can choose.
    package var encodings: Set<ImageEncoding>?
    package var transparentBackground: Bool
    package var streams: Bool
    /// Request fields (API names, such as `quality`, `output_compression`, `seed`, `user`, or any further one) that this provider
    /// drops; each one that the caller set becomes a warning.
    package var droppedFields: Set<String>
    /// The only fields beyond a gateway's own that travel on; each other one that the caller set becomes a warning. nil: all travel.
    package var knownExtras: Set<String>?
    /// A submit makes a job that is billed: an unknown outcome follows the `videos` rule.
    package var submitsJobs: Bool

    package init(
        operations: Set<GenerationRequest.Operation> = [.generate], acceptsMask: Bool = false, needsMask: Bool = false,
        maskForm: MaskForm = .alpha, maskKeepsSize: Bool = false, minimumInputs: Int = 0, maximumInputs: Int = 0,
        maximumCount: Int = 1, acceptsInputURLs: Bool = false, inputForm: InputForm = .data, videoForm: InputForm? = nil,
        sizes: Set<Size>? = nil, shapes: ShapeRule? = nil, grid: SizeGrid? = nil, seconds: Set<Int>? = nil, qualities: Set<String>? = nil,
        acceptsVideoFile: Bool = false, namesOwnVideos: Bool = true, encodings: Set<ImageEncoding>? = nil,
        transparentBackground: Bool = false, streams: Bool = false, droppedFields: Set<String> = [],
        knownExtras: Set<String>? = nil, submitsJobs: Bool = false
    ) {
        self.operations = operations
        self.acceptsMask = acceptsMask
        self.needsMask = needsMask
        self.maskForm = maskForm
        self.maskKeepsSize = maskKeepsSize
        self.minimumInputs = minimumInputs
        self.maximumInputs = maximumInputs
        self.maximumCount = maximumCount
        self.acceptsInputURLs = acceptsInputURLs
        self.inputForm = inputForm
        self.videoForm = videoForm
        self.sizes = sizes
        self.shapes = shapes
        self.grid = grid
        self.seconds = seconds
        self.qualities = qualities
        self.acceptsVideoFile = acceptsVideoFile
        self.namesOwnVideos = namesOwnVideos
        self.encodings = encodings
        self.transparentBackground = transparentBackground
        self.streams = streams
        self.droppedFields = droppedFields
        self.knownExtras = knownExtras
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

extension Capabilities {
    /// What holds for one operation, whoever performs it.
    package func limited(to operation: GenerationRequest.Operation) -> Capabilities {
        var limited = self
        switch operation {
        case .generate:
            (limited.minimumInputs, limited.maximumInputs) = (0, 0)
            (limited.acceptsMask, limited.needsMask) = (false, false)
        case .edit, .vary, .upscale, .removeBackground: limited.minimumInputs = max(1, minimumInputs)
        case .video, .editVideo, .remixVideo, .extendVideo: break
        }
        return limited
    }

    /// The same for what keeps the size of what it is made from: a size becomes a warning.
    package func keepingSize() -> Capabilities {
        var keeping = self
        (keeping.sizes, keeping.shapes, keeping.grid) = (nil, ShapeRule(), nil)
        return keeping
    }
}
