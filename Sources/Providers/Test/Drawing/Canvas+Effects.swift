extension Canvas {
    /// Swaps left and right.
    mutating func mirror() {
        edit { pixels, width, height in
            for y in 0..<height {
                for x in 0..<width / 2 {
                    let left = (y * width + x) * 4, right = (y * width + width - 1 - x) * 4
                    for channel in 0..<4 { pixels.swapAt(left + channel, right + channel) }
                }
            }
        }
    }

    /// Mixes a colour into a row and leaves its transparency as it is.
    /// - Parameter share: of the colour, 0 to 255.
    mutating func tint(row: Int, _ colour: Colour, share: Int) {
        let channels = [Int(colour.red), Int(colour.green), Int(colour.blue)]
        edit { pixels, width, _ in
            for pixel in row * width..<(row + 1) * width {
                for channel in 0..<3 {
                    let old = Int(pixels[pixel * 4 + channel])
                    pixels[pixel * 4 + channel] = UInt8((old * (255 - share) + channels[channel] * share) / 255)
                }
            }
        }
    }

    /// Makes transparent what has the colour of one of the corners, with a soft edge for what is close to it.
    mutating func clearBackground() {
        edit { pixels, width, height in
            let corners = [0, width - 1, (height - 1) * width, height * width - 1].map { corner in
                (0..<3).map { Int(pixels[corner * 4 + $0]) }
            }
            let backgrounds = Set(corners)
            for pixel in 0..<width * height {
                let (red, green, blue) = (Int(pixels[pixel * 4]), Int(pixels[pixel * 4 + 1]), Int(pixels[pixel * 4 + 2]))
                for corner in backgrounds {
                    let distance = abs(red - corner[0]) + abs(green - corner[1]) + abs(blue - corner[2])
                    let kept = min(max((distance - 24) * 4, 0), 255)
                    pixels[pixel * 4 + 3] = min(pixels[pixel * 4 + 3], UInt8(kept))
                }
            }
        }
    }
}
