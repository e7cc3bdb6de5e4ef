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

/// What bytes are, by their first bytes. Names and headers are never believed.
package enum MediaType: String, Sendable, CaseIterable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"
    case gif = "image/gif"
    case mp4 = "video/mp4"
    case webm = "video/webm"
    /// A result that is of none of these: kept, and handed out as bytes that nothing shall open by itself. Never found in bytes.
    case unknown = "application/octet-stream"

    /// Without the dot.
    package var fileExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .webp: "webp"
        case .gif: "gif"
        case .mp4: "mp4"
        case .webm: "webm"
        case .unknown: "bin"
        }
    }

    package var isImage: Bool {
        switch self {
        case .png, .jpeg, .webp, .gif: true
        case .mp4, .webm, .unknown: false
        }
    }

    package var isVideo: Bool {
        switch self {
        case .mp4, .webm: true
        case .png, .jpeg, .webp, .gif, .unknown: false
        }
    }

    /// Brands of files that are built like MP4 and are something else: pictures, sound, QuickTime.
    private static let otherBrands: Set<String> = [
        "avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "crx ", "M4A ", "M4B ", "M4P ",
        "qt  ",
    ]

    /// - Parameter head: at least the first 16 bytes where there are as many.
    package init?(sniffing head: some Collection<UInt8>) {
        let head = Array(head.prefix(16))
        func has(_ text: StaticString, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(with: text.description.utf8)
        }
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if has("RIFF"), has("WEBP", at: 8) {
            self = .webp
        } else if has("GIF87a") || has("GIF89a") {
            self = .gif
        } else if has("ftyp", at: 4) {
            guard !Self.otherBrands.contains(String(decoding: head[8..<max(8, min(12, head.count))], as: UTF8.self)) else { return nil }
            self = .mp4
        } else if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .webm
        } else {
            return nil
        }
    }
}
