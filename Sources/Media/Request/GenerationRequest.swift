/// What a caller asks for, in one shape for all dialects. Validated once, where it is made.
/// Large, and kept by everything that waits: copies share the members until one is changed.
package struct GenerationRequest: Sendable {
    /// The model as the caller named it, aliases resolved.
    package var model: String
    /// How many results, 1 to 10.
    package var count: Int
    /// Exactly one. Without what each candidate changes: nothing else is copied for it.
    var content: [Content]

    /// The members of a request.
    struct Content: Sendable {
        var operation: Operation
        var formerModel: String?
        var prompt: String?
        var size: Size
        var shape: Shape?
        var quality: String?
        var background: Background?
        var inputs: [MediaInput]
        var mask: MediaInput?
        var seconds: Int?
        var source: SourceVideo?
        var output: OutputWish
        var partialImages: Int?
        var seed: Int?
        var user: String?
        var strict: Bool
        var routing: RoutingWish
        var extras: JSONObject
    }

    package init(
        operation: Operation = .generate, model: String, prompt: String? = nil, count: Int = 1, size: Size = .auto, quality: String? = nil,
        background: Background? = nil, inputs: [MediaInput] = [], mask: MediaInput? = nil, output: OutputWish = OutputWish(),
        partialImages: Int? = nil, seed: Int? = nil, user: String? = nil, strict: Bool = false, routing: RoutingWish = RoutingWish(),
        extras: JSONObject = JSONObject()
    ) {
        self.model = model
        self.count = count
        content = [
            Content(
                operation: operation, prompt: prompt, size: size, quality: quality, background: background, inputs: inputs, mask: mask,
                output: output, partialImages: partialImages, seed: seed, user: user, strict: strict, routing: routing, extras: extras)
        ]
    }

    package enum Operation: String, Sendable, CaseIterable {
        case generate, edit, vary, upscale, removeBackground
        /// A video from a prompt, and perhaps from images.
        case video
        /// A video from a video: changed, made anew from a new prompt, or made longer.
        case editVideo, remixVideo, extendVideo

        /// The result is a video.
        package var isVideo: Bool {
            switch self {
            case .generate, .edit, .vary, .upscale, .removeBackground: false
            case .video, .editVideo, .remixVideo, .extendVideo: true
            }
        }

        /// By number: the raw value would be hashed letter by letter.
        package func hash(into hasher: inout Hasher) { hasher.combine(number) }

        private var number: UInt8 {
            switch self {
            case .generate: 0
            case .edit: 1
            case .vary: 2
            case .upscale: 3
            case .removeBackground: 4
            case .video: 5
            case .editVideo: 6
            case .remixVideo: 7
            case .extendVideo: 8
            }
        }
    }

    package enum Background: String, Sendable {
        case transparent, opaque, auto
    }
}

/// The video that another one is made from. Indirect: requests without one, which are most, are copied often.
package indirect enum SourceVideo: Sendable {
    /// One that the same provider made: its name there.
    case made(RemoteOperation)
    /// One of the caller's own.
    case given(MediaInput)
}

/// How the caller wants its results.
package struct OutputWish: Sendable {
    package var delivery: Delivery
    /// nil: the provider's choice.
    package var encoding: ImageEncoding?
    /// Percent, 0 to 100; for jpeg and webp.
    package var compression: Int?

    package init(delivery: Delivery = .url, encoding: ImageEncoding? = nil, compression: Int? = nil) {
        self.delivery = delivery
        self.encoding = encoding
        self.compression = compression
    }

    /// `ephemeral` is base64 that is never stored; `raw` is the bytes of the one image as the answer's body.
    package enum Delivery: String, Sendable { case url, base64, ephemeral, raw }
}

package enum ImageEncoding: String, Sendable, CaseIterable {
    case png, jpeg, webp, gif
}

/// `provider: {order, only, ignore, allow_fallbacks}` of a request: narrows or reorders the route, never widens it.
package struct RoutingWish: Sendable, Hashable {
    package var order: [String]
    package var only: [String]
    package var ignore: [String]
    package var allowsFallbacks: Bool

    package init(order: [String] = [], only: [String] = [], ignore: [String] = [], allowsFallbacks: Bool = true) {
        self.order = order
        self.only = only
        self.ignore = ignore
        self.allowsFallbacks = allowsFallbacks
    }
}
