/// A picture in memory: rows from the top, four bytes (red, green, blue, alpha) per pixel, alpha not multiplied in.
package struct PNGImage: Sendable, Hashable {
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    /// `width * height * 4` bytes.
    package var pixels: [UInt8]

    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0 && pixels.count == width * height * 4, "pixels do not fill the picture")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}

/// Why bytes are no PNG that we can show.
package struct PNGError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// Not a PNG at all.
        case notPNG
        /// Against the PNG specification.
        case corrupt
        /// Cut short.
        case truncated
        /// More pixels than allowed.
        case tooLarge
    }

    package var kind: Kind
    /// What is wrong, in words for whoever sent it.
    package var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// The first eight bytes of every PNG.
let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
