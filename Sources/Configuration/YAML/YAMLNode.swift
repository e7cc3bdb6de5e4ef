/// A value of a YAML text with the line on which it starts.
struct YAMLNode: Hashable {
    var content: Content
    /// From 1.
    var line: Int

    enum Content: Hashable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLMember])
        /// Something is wrong with it that has already been said.
        case invalid
    }

    /// Nothing was written, or `null` or `~`.
    var isNull: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.written)
    }
}

/// A text between quotes or without.
struct YAMLScalar: Hashable {
    /// With the environment's values put in.
    var text: String
    /// As it stands in the file: what a mistake may quote.
    var written: String
    /// Without quotes, and no block.
    var isPlain: Bool
}

/// A key and its value.
struct YAMLMember: Hashable {
    var name: String
    /// The key's line, from 1.
    var line: Int
    var value: YAMLNode
}
