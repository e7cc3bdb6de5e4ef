/// What a multipart body may cost before it is refused. Sizes in bytes; the size of a part's content is its consumer's to limit.
package struct MultipartLimits: Sendable {
    package var parts: Int
    package var partHead: Int
    /// Before the first boundary.
    package var preamble: Int
    /// Behind the last boundary.
    package var epilogue: Int

    package init(parts: Int = 1000, partHead: Int = 8 << 10, preamble: Int = 8 << 10, epilogue: Int = 8 << 10) {
        self.parts = parts
        self.partHead = partHead
        self.preamble = preamble
        self.epilogue = epilogue
    }
}

/// What a part says about itself; nothing of it is to be trusted.
package struct MultipartPartHead: Sendable, Hashable {
    package var name: String
    /// nil: a text field. Never a path.
    package var fileName: String?
    /// As sent.
    package var contentType: String?

    package init(name: String, fileName: String? = nil, contentType: String? = nil) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
    }
}

/// The next thing in a multipart body.
package enum MultipartEvent: Sendable, Hashable {
    case needsMore
    case part(MultipartPartHead)
    /// At least one byte of the current part.
    case body(ArraySlice<UInt8>)
    case endOfPart
    /// The final boundary has come; said again at every later call.
    case end
}

/// Why a multipart body is refused. The message quotes nothing of the input.
package struct MultipartError: Error, Sendable, Hashable {
    package enum Kind: Sendable {
        /// The Content-Type is not `multipart/form-data` with a usable boundary.
        case boundary
        case malformedHead
        case headTooLarge
        case tooManyParts
        /// More than the limit outside all parts.
        case excess
        /// The body ends before its final boundary.
        case truncated
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
