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
    private static let otherBrands: Set<UInt64> = Set(
        [
            "avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "crx ", "M4A ", "M4B ", "M4P ",
            "qt  ",
        ].map { (brand: String) in brand.utf8.reduce(0) { $0 << 8 | UInt64($1) } })

    /// - Parameter head: at least the first 16 bytes where there are as many.
    package init?(sniffing head: [UInt8]) {
        self.init(head.span)
    }

    package init?(sniffing head: ArraySlice<UInt8>) {
        self.init(head.span)
    }

    /// No signature has a zero byte, so that a head that is cut short may be filled up with them.
    private init?(_ head: Span<UInt8>) {
        let (first, second) = (Self.word(head, at: 0), Self.word(head, at: 8))
        if first == 0x8950_4E47_0D0A_1A0A {
            self = .png
        } else if first >> 40 == 0xFF_D8FF {
            self = .jpeg
        } else if first >> 32 == 0x5249_4646, second >> 32 == 0x5745_4250 {
            // RIFF, WEBP
            self = .webp
        } else if first >> 16 == 0x4749_4638_3761 || first >> 16 == 0x4749_4638_3961 {
            // GIF87a, GIF89a
            self = .gif
        } else if first & 0xFFFF_FFFF == 0x6674_7970 {
            // ftyp
            guard !Self.otherBrands.contains(second >> 32) else { return nil }
            self = .mp4
        } else if first >> 32 == 0x1A45_DFA3 {
            self = .webm
        } else {
            return nil
        }
    }

    /// Eight bytes, the first the highest.
    private static func word(_ head: Span<UInt8>, at offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in offset..<offset + 8 { word = word << 8 | UInt64(index < head.count ? head[index] : 0) }
        return word
    }
}
