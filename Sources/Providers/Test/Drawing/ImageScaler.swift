import Compression

/// Rows of an image at another size: averaged when it shrinks, interpolated when it grows.
struct ImageScaler {
    private let image: PNGImage
    private let columns: [Position]
    private let rows: [Position]

    /// Two neighbours and the second one's share, 0 to 256.
    private struct Position {
        var first: Int
        var second: Int
        var share: Int
    }

    init(_ image: PNGImage, width: Int, height: Int) {
        var image = image
        while image.width >= 2 * width, image.height >= 2 * height, image.width > 1, image.height > 1 { image = image.halved() }
        self.image = image
        columns = Self.positions(from: image.width, to: width)
        rows = Self.positions(from: image.height, to: height)
    }

    /// Fills `output` with RGBA of the scaled row `y`.
    func row(_ y: Int, columns wanted: Range<Int>, into output: inout [UInt8]) {
        let vertical = rows[y]
        let upper = vertical.first * image.width, lower = vertical.second * image.width
        var target = 0
        for x in wanted {
            let horizontal = columns[x]
            let (a, b) = ((upper + horizontal.first) * 4, (upper + horizontal.second) * 4)
            let (c, d) = ((lower + horizontal.first) * 4, (lower + horizontal.second) * 4)
            for channel in 0..<4 {
                let above = Int(image.pixels[a + channel]) * (256 - horizontal.share) + Int(image.pixels[b + channel]) * horizontal.share
                let below = Int(image.pixels[c + channel]) * (256 - horizontal.share) + Int(image.pixels[d + channel]) * horizontal.share
                output[target + channel] = UInt8(truncatingIfNeeded: (above * (256 - vertical.share) + below * vertical.share) >> 16)
            }
            target += 4
        }
    }

    private static func positions(from source: Int, to target: Int) -> [Position] {
        (0..<max(target, 0)).map { index in
            // Pixel centres: (index + 0.5) * source / target - 0.5, times 256.
            let place = max(0, ((2 * index + 1) * source * 128) / target - 128)
            let first = min(place >> 8, source - 1)
            return Position(first: first, second: min(first + 1, source - 1), share: place & 255)
        }
    }
}

extension PNGImage {
    /// Half as wide and high: every pixel the average of four.
    fileprivate func halved() -> PNGImage {
        let (halfWidth, halfHeight) = (width / 2, height / 2)
        var output = [UInt8](repeating: 0, count: halfWidth * halfHeight * 4)
        var target = 0
        for y in 0..<halfHeight {
            for x in 0..<halfWidth {
                let upper = (2 * y * width + 2 * x) * 4, lower = upper + width * 4
                for channel in 0..<4 {
                    let first = Int(pixels[upper + channel]) + Int(pixels[upper + 4 + channel])
                    let second = Int(pixels[lower + channel]) + Int(pixels[lower + 4 + channel])
                    output[target + channel] = UInt8((first + second + 2) / 4)
                }
                target += 4
            }
        }
        return PNGImage(width: halfWidth, height: halfHeight, pixels: output)
    }

    /// The same size, in squares of one colour each: a preview with less detail.
    /// - Parameter block: side of a square, pixels.
    func pixelated(block: Int) -> PNGImage {
        let (columns, rows) = (max(1, width / block), max(1, height / block))
        let scaler = ImageScaler(self, width: columns, height: rows)
        var output: [UInt8] = []
        output.reserveCapacity(pixels.count)
        var squares = [UInt8](repeating: 0, count: columns * 4)
        var drawn = -1
        for y in 0..<height {
            if y * rows / height != drawn {
                drawn = y * rows / height
                scaler.row(drawn, columns: 0..<columns, into: &squares)
            }
            for x in 0..<width {
                let source = x * columns / width * 4
                output += squares[source..<source + 4]
            }
        }
        return PNGImage(width: width, height: height, pixels: output)
    }
}

extension PNGImage {
    /// At most `side` pixels wide and high, in the same proportions.
    func shrunk(toFit side: Int) -> PNGImage {
        guard max(width, height) > side else { return self }
        let box = Box(x: 0, y: 0, width: side, height: side).fitting(width: width, height: height)
        var canvas = Canvas(width: box.width, height: box.height)
        canvas.draw(self, in: canvas.box)
        return canvas.image
    }
}
