/// Masks in the forms that image services know.
package enum PNGMask {
    /// Pixels of the largest mask that is read.
    private static let maximumPixels = 1 << 25

    /// How a service marks what is to be changed.
    package enum Mark: Sendable, Hashable, CaseIterable {
        /// White; shades of grey are kept.
        case white
        /// Black, and everything else white.
        case black
    }

    /// A mask in which what is transparent is to be changed, as an opaque picture; of a picture without any transparency, what is light is
    /// to be changed.
    package static func converted(_ file: [UInt8], changed mark: Mark) throws(PNGError) -> [UInt8] {
        var image = try PNGDecoder.decode(file[...], maximumPixels: maximumPixels)
        let usesAlpha = !image.isOpaque
        for pixel in stride(from: 0, to: image.pixels.count, by: 4) {
            let change = usesAlpha ? 255 - image.pixels[pixel + 3] : lightness(of: image.pixels, at: pixel)
            let shade: UInt8 =
                switch mark {
                case .white: change
                case .black: change >= 128 ? 0 : 255
                }
            for channel in 0..<3 { image.pixels[pixel + channel] = shade }
            image.pixels[pixel + 3] = 255
        }
        return PNGEncoder.encode(image)
    }

    /// ITU-R BT.601's weights.
    private static func lightness(of pixels: [UInt8], at pixel: Int) -> UInt8 {
        UInt8((Int(pixels[pixel]) * 299 + Int(pixels[pixel + 1]) * 587 + Int(pixels[pixel + 2]) * 114) / 1000)
    }
}
