import Media

/// How a family of models at fal names its fields; every endpoint there has a schema of its own.
struct FalFamily: Sendable {
    /// All of them are in the id.
    let words: [String]
    /// How it takes a size.
    var size = Sizing.box
    /// How it takes input images.
    var images = Images.either
    /// Where a mask goes.
    var mask = "mask_url"
    /// How it takes a mask (unconfirmed).
    var maskForm = Capabilities.MaskForm.white
    /// Most pictures of one call, as `num_images`; 1: there is no such field.
    var count = 1
    /// What it can be told to make.
    var encodings: Set<ImageEncoding> = [.png, .jpeg]
    /// How it takes a length.
    var duration = Length.text
    /// The lengths there are; nil: any.
    var seconds: Set<Int>?
    /// Fields of the caller that most families do not know and this one does, or the other way round.
    var known: Set<String> = []
    var unknown: Set<String> = []

    /// How a size is said.
    enum Sizing: Sendable {
        /// `image_size: {width, height}`.
        case box
        /// The same within bounds.
        case grid(SizeGrid)
        /// `image_size: "1024x1024"`, one of a few.
        case word(Set<Size>)
        /// `aspect_ratio`, and `resolution` where there are tiers.
        case ratio(ShapeRule)
    }

    /// Where input images go, each as an address or a data URI.
    enum Images: Sendable {
        /// One, under one name.
        case one(String)
        /// Several, one name each, all of them needed.
        case frames([String])
        case list(String)
        /// One as `image_url` and all as `image_urls`: what an endpoint does not know it ignores (unconfirmed).
        case either
    }

    /// How a length is said.
    enum Length: Sendable {
        /// `"5"`, `"5s"`, `5`.
        case text, unit, integer
        /// Not at all, or in frames.
        case none

        /// As it is sent; nil: not at all.
        func value(_ seconds: Int) -> JSONValue? {
            switch self {
            case .text: .string(String(seconds))
            case .unit: .string("\(seconds)s")
            case .integer: .integer(seconds)
            case .none: nil
            }
        }
    }

    /// A family as most are.
    init(words: [String] = []) {
        self.words = words
    }

    /// The same with changes: rows of a table.
    func with(_ change: (inout FalFamily) -> Void) -> FalFamily {
        var copy = self
        change(&copy)
        return copy
    }
}
