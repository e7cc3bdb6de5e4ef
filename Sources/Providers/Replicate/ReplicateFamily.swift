import Media

/// How a family of models at Replicate names its inputs; a name that a model does not know is ignored without a word.
struct ReplicateFamily: Sendable {
    /// All of them are in the name.
    var words: [String] = []
    /// How it takes a size.
    var size = Sizing.any
    /// How it takes input images.
    var images = Images.one("image")
    /// How it takes a mask; nil: not at all.
    var mask: Capabilities.MaskForm?
    /// Most pictures of one call and the input's name; nil: one.
    var count: (name: String, maximum: Int)?
    /// What it can be told to make.
    var encodings: Set<ImageEncoding> = [.png, .jpeg]
    /// Where a length goes, as an integer; nil: there is no such input.
    var length: String? = "duration"
    /// The lengths there are; nil: any.
    var seconds: Set<Int>?
    /// Fields of the caller that most families do not know and this one does.
    var known: Set<String> = []

    /// How a size is said.
    enum Sizing: Sendable {
        /// `width`, `height`, and `aspect_ratio` where the size is just one of the usual: for models that tell nothing.
        case any
        case box
        /// `aspect_ratio`, and a step of resolution under its name.
        case ratio(ShapeRule, tier: String = "resolution")
        /// Not at all.
        case none
    }

    /// Where input images go, each as an address or a data URI.
    enum Images: Sendable {
        case one(String)
        case list(String)
        /// `input_image`, `input_image_2`, and all of them as a list again: both are told of these models (unconfirmed).
        case numbered(String, list: String)
    }

    /// The same with changes: rows of a table.
    func with(_ change: (inout ReplicateFamily) -> Void) -> ReplicateFamily {
        var copy = self
        change(&copy)
        return copy
    }
}
