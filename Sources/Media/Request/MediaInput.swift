package import HTTP

/// An image or a video given by the caller.
package struct MediaInput: Sendable {
    package var content: Content
    /// Found by magic bytes; nil for a URL that nobody has fetched.
    package var type: MediaType?
    /// A safe name for a multipart part, made here and never the caller's: `image-0.png`.
    package var fileName: String

    package init(content: Content, type: MediaType?, fileName: String) {
        self.content = content
        self.type = type
        self.fileName = fileName
    }

    package enum Content: Sendable {
        case data(ByteSource)
        /// http or https; whether a provider may have it is the capability `acceptsInputURLs`.
        case url(String)
        /// Plain base64 without a prefix: what `data` becomes for providers with `InputForm.base64`.
        case base64(String)
        /// What the provider calls an input that it has been given by a `Step.upload`.
        case uploaded(String)
    }
}
