extension JSONValue {
    /// What a text may cost before it is refused.
    package struct Limits: Sendable {
        /// Arrays and objects inside each other.
        package var depth: Int
        /// Bytes of the whole text.
        package var size: Int
        /// Values of any kind: a short text can hold many, and each takes more memory than its text.
        package var values: Int

        package init(depth: Int = 64, size: Int = .max, values: Int = 1_000_000) {
            self.depth = depth
            self.size = size
            self.values = values
        }
    }

    /// The one value that `bytes` are, white space around it allowed (RFC 8259, strictly).
    ///
    /// Of a repeated key the last value wins. An integer beyond `Int` becomes a number. Half a surrogate pair in an escape becomes
    /// U+FFFD: an upstream's answer is worth more than its worst character.
    package init(parsing bytes: ArraySlice<UInt8>, maximumDepth: Int = 64, maximumSize: Int = .max) throws(JSONError) {
        self = try Self.parse(bytes.span, Limits(depth: maximumDepth, size: maximumSize))
    }

    package init(parsing bytes: [UInt8], maximumDepth: Int = 64, maximumSize: Int = .max) throws(JSONError) {
        self = try Self.parse(bytes.span, Limits(depth: maximumDepth, size: maximumSize))
    }

    package init(parsing text: String, maximumDepth: Int = 64, maximumSize: Int = .max) throws(JSONError) {
        self = try Self.parse(text.utf8.span, Limits(depth: maximumDepth, size: maximumSize))
    }

    /// The same, with every limit the caller's own.
    package init(parsing bytes: ArraySlice<UInt8>, limits: Limits) throws(JSONError) {
        self = try Self.parse(bytes.span, limits)
    }

    private static func parse(_ bytes: Span<UInt8>, _ limits: Limits) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.size else { throw JSONError(offset: limits.size, message: "the text is too large") }
        var reader = JSONReader(limits: limits)
        return try reader.document(bytes)
    }
}
