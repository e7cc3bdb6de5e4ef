/// One step through a YAML text.
struct YAMLEvent: Hashable {
    var kind: Kind
    /// From 1.
    var line: Int
    /// An anchor (`&name`) or a tag (`!name`) stands before it.
    var isDecorated = false

    enum Kind: Hashable {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceStart, sequenceEnd, mappingStart, mappingEnd
        /// `isPlain`: without quotes, and no block.
        case scalar(String, isPlain: Bool)
        /// `*name`.
        case alias
    }
}

/// A text that is no YAML; nothing after it can be read.
struct YAMLSyntaxError: Error, Hashable {
    /// From 1.
    var line: Int
    var message: String
}
