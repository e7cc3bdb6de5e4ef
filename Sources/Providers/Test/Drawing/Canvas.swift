import Compression

/// A picture that is being drawn: RGBA rows from the top.
struct Canvas {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt8]
    /// Everything drawn so far lies on opaque pixels, which makes blending cheap.
    private var isOpaque: Bool

    /// Fully transparent.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height * 4)
        isOpaque = false
    }

    init(_ image: PNGImage) {
        width = image.width
        height = image.height
        pixels = image.pixels
        isOpaque = image.isOpaque
    }

    var box: Box { Box(x: 0, y: 0, width: width, height: height) }
    var image: PNGImage { PNGImage(width: width, height: height, pixels: pixels) }

    /// Fills everything with bands of `colours`, whose direction is given by how far one step right and one step down go.
    /// - Parameters:
    ///   - right: colours that a full width passes, times 65,536.
    ///   - down: the same for a full height.
    mutating func fill(_ colours: [Colour], start: Int, right: Int, down: Int) {
        let (width, height, last) = (width, height, colours.count - 1)
        let (stepRight, stepDown) = (right / width, down / height)
        isOpaque = true
        var span = pixels.mutableSpan
        var target = 0
        for y in 0..<height {
            var position = start + y * stepDown
            for _ in 0..<width {
                let colour = colours[min(max(position >> 16, 0), last)]
                span[target] = colour.red
                span[target + 1] = colour.green
                span[target + 2] = colour.blue
                span[target + 3] = 255
                target += 4
                position += stepRight
            }
        }
    }

    /// Lays a colour over a part of a row; what is outside is left out.
    /// - Parameter alpha: 0 to 255.
    mutating func blend(row y: Int, from left: Int, to right: Int, _ colour: Colour, alpha: Int = 255) {
        let (left, right) = (max(left, 0), min(right, width))
        guard (0..<height).contains(y), left < right, alpha > 0 else { return }
        let start = (y * width + left) * 4
        let isCheap = isOpaque
        var span = pixels.mutableSpan
        if isCheap {
            Self.cover(&span, from: start, to: start + (right - left) * 4, colour, alpha)
        } else {
            Self.compose(&span, from: start, to: start + (right - left) * 4, colour, alpha)
        }
    }

    /// Changes the pixels at will.
    mutating func edit(_ change: (_ pixels: inout [UInt8], _ width: Int, _ height: Int) -> Void) {
        let (width, height) = (width, height)
        change(&pixels, width, height)
        isOpaque = false
    }

    /// Lays an image over `box`, scaled, keeping to the canvas.
    mutating func draw(_ image: PNGImage, in box: Box) {
        let scaler = ImageScaler(image, width: box.width, height: box.height)
        let (top, bottom) = (max(box.y, 0), min(box.y + box.height, height))
        let (left, right) = (max(box.x, 0), min(box.x + box.width, width))
        guard top < bottom, left < right else { return }
        var row = [UInt8](repeating: 0, count: (right - left) * 4)
        let isPlain = image.isOpaque
        for y in top..<bottom {
            scaler.row(y - box.y, columns: left - box.x..<right - box.x, into: &row)
            let start = (y * width + left) * 4
            if isPlain || !isOpaque {
                pixels.replaceSubrange(start..<start + row.count, with: row)
            } else {
                lay(row, at: start)
            }
        }
        if box.x <= 0, box.y <= 0, right == width, bottom == height { isOpaque = isPlain || isOpaque }
    }

    /// Makes a part as it is in `other`, which has the same size.
    mutating func restore(_ box: Box, from other: Canvas) {
        let (left, right) = (max(box.x, 0), min(box.x + box.width, width))
        guard left < right else { return }
        for y in max(box.y, 0)..<max(0, box.y, min(box.y + box.height, height)) {
            let range = (y * width + left) * 4..<(y * width + right) * 4
            pixels.replaceSubrange(range, with: other.pixels[range])
        }
    }

    /// Makes every pixel a mix with the same pixel of `other`.
    /// - Parameter share: of `other` at a position (pixel index), 0 to 255.
    mutating func mix(_ other: Canvas, share: (Int) -> UInt8) {
        isOpaque = false
        for pixel in 0..<width * height {
            let part = Int(share(pixel))
            guard part > 0 else { continue }
            for index in pixel * 4..<pixel * 4 + 4 {
                pixels[index] = UInt8((Int(pixels[index]) * (255 - part) + Int(other.pixels[index]) * part + 127) / 255)
            }
        }
    }

    private mutating func lay(_ row: [UInt8], at start: Int) {
        for index in stride(from: 0, to: row.count, by: 4) {
            let alpha = Int(row[index + 3])
            for channel in 0..<3 {
                let old = Int(pixels[start + index + channel])
                pixels[start + index + channel] = UInt8((old * (255 - alpha) + Int(row[index + channel]) * alpha + 127) / 255)
            }
        }
    }

    private static func cover(_ span: inout MutableSpan<UInt8>, from start: Int, to end: Int, _ colour: Colour, _ alpha: Int) {
        let rest = UInt32(255 - alpha)
        let red = UInt32(colour.red) * UInt32(alpha) + 127
        let green = UInt32(colour.green) * UInt32(alpha) + 127
        let blue = UInt32(colour.blue) * UInt32(alpha) + 127
        for index in stride(from: start, to: end, by: 4) {
            // * 257 >> 16 divides by 255 exactly enough for sums of this size.
            span[index] = UInt8(truncatingIfNeeded: ((UInt32(span[index]) &* rest &+ red) &* 257) >> 16)
            span[index + 1] = UInt8(truncatingIfNeeded: ((UInt32(span[index + 1]) &* rest &+ green) &* 257) >> 16)
            span[index + 2] = UInt8(truncatingIfNeeded: ((UInt32(span[index + 2]) &* rest &+ blue) &* 257) >> 16)
        }
    }

    private static func compose(_ span: inout MutableSpan<UInt8>, from start: Int, to end: Int, _ colour: Colour, _ alpha: Int) {
        let source = [Int(colour.red), Int(colour.green), Int(colour.blue)]
        for index in stride(from: start, to: end, by: 4) {
            let under = Int(span[index + 3]) * (255 - alpha) / 255
            let total = under + alpha
            for channel in 0..<3 {
                span[index + channel] = UInt8((Int(span[index + channel]) * under + source[channel] * alpha) / total)
            }
            span[index + 3] = UInt8(total)
        }
    }
}
