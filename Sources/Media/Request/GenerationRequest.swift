import HTTP

/// What a caller asks for, in one shape for all dialects. Validated once, where it is made.
package struct GenerationRequest: Sendable {
    package var operation: Operation
    /// The model as the caller named it, aliases resolved.
    package var model: String
    /// A former name by which the caller asked for the model, where callers are to be told.
    package var formerModel: String?
    package var prompt: String?
    /// How many results, 1 to 10.
    package var count: Int
    package var size: Size
    /// The size as a provider with a `ShapeRule` takes it; made by the capability filter, nil for all others.
    package var shape: Shape?
    /// `auto`, `low`, `medium`, `high`, `standard`, `hd`, `xhigh`, `max`; nil when not said.
    package var quality: String?
    package var background: Background?
    /// Images in the caller's order.
    package var inputs: [MediaInput]
    package var mask: MediaInput?
    /// Length of a video in seconds; nil: the model's choice.
    package var seconds: Int?
    /// What a video is edited, remixed or extended from.
    package var source: SourceVideo?
    package var output: OutputWish
    /// Set when the caller wants server-sent events: how many partial images, 0 to 3.
    package var partialImages: Int?
    package var seed: Int?
    package var user: String?
    /// `"strict": true`: what a provider cannot honour is an error, not a warning.
    package var strict: Bool
    package var routing: RoutingWish
    /// Every other field of the caller, for providers that take them.
    package var extras: JSONObject

    package init(
        operation: Operation = .generate, model: String, prompt: String? = nil, count: Int = 1, size: Size = .auto, quality: String? = nil,
        background: Background? = nil, inputs: [MediaInput] = [], mask: MediaInput? = nil, output: OutputWish = OutputWish(),
        partialImages: Int? = nil, seed: Int? = nil, user: String? = nil, strict: Bool = false, routing: RoutingWish = RoutingWish(),
        extras: JSONObject = JSONObject()
    ) {
        self.operation = operation
        self.model = model
        self.prompt = prompt
        self.count = count
        self.size = size
        self.quality = quality
        self.background = background
        self.inputs = inputs
        self.mask = mask
        self.output = output
        self.partialImages = partialImages
        self.seed = seed
        self.user = user
        self.strict = strict
        self.routing = routing
        self.extras = extras
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

/// Pixels, or the provider's choice.
package enum Size: Sendable, Hashable, CustomStringConvertible {
    case auto
    case pixels(width: Int, height: Int)

    /// `auto` or `WxH`.
    package var description: String {
        guard case .pixels(let width, let height) = self else { return "auto" }
        var text: [UInt8] = []
        text.reserveCapacity(16)
        text.append(decimal: width)
        text.append(UInt8(ascii: "x"))
        text.append(decimal: height)
        return String(decoding: text, as: UTF8.self)
    }
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
