extension Canvas {
    /// The 384 samples of a macroblock: BT.709 in limited range, chroma the mean of four pixels. What is beyond the edges is as at the edge.
    func videoSamples(column: Int, row: Int) -> [UInt8] {
        let span = pixels.span
        let (left, top) = (column * 16, row * 16)
        var output = [UInt8](repeating: 0, count: Macroblock.sampleCount)
        for y in stride(from: 0, to: 16, by: 2) {
            for x in stride(from: 0, to: 16, by: 2) {
                var (red, green, blue) = (0, 0, 0)
                for corner in 0..<4 {
                    let (dx, dy) = (x + corner & 1, y + corner >> 1)
                    let pixel = (min(top + dy, height - 1) * width + min(left + dx, width - 1)) * 4
                    let (r, g, b) = (Int(span[pixel]), Int(span[pixel + 1]), Int(span[pixel + 2]))
                    output[dy * 16 + dx] = UInt8(truncatingIfNeeded: (47 * r + 157 * g + 16 * b + 4224) >> 8)
                    red += r
                    green += g
                    blue += b
                }
                let place = y * 4 + x / 2
                output[256 + place] = UInt8(truncatingIfNeeded: (-26 * red - 86 * green + 112 * blue + 131_584) >> 10)
                output[320 + place] = UInt8(truncatingIfNeeded: (112 * red - 102 * green - 10 * blue + 131_584) >> 10)
            }
        }
        return output
    }
}
